import type { FindingSeverity } from "./types.generated.ts";

/** A way around the lock, as documents and status tell of it. */
export interface FindingDefinition {
  /** Critical: somebody gets in whom the spec does not name. Warning: may become one, or keeps callers out. */
  readonly severity: FindingSeverity;
  readonly meaning: string;
  /** What a person should do. */
  readonly remedy: string;
}

/** Everything that status.findings can say, the worst first. */
export const FINDINGS = {
  OtherIdentityProvider: {
    severity: "Critical",
    meaning:
      "Authentication accepts another identity provider, whose users the allow-lists do not concern.",
    remedy: "Remove the provider's registration from the app's authentication settings.",
  },
  OtherApiAdmitted: {
    severity: "Critical",
    meaning:
      "An API that spec.apis does not name reaches the function and has the gateway's token sent along.",
    remedy:
      "Name the API in spec.apis, or take the token or the function's address from its policy.",
  },
  SlotOpen: {
    severity: "Warning",
    meaning:
      "Another deployment slot of the Function App is not closed by its authentication settings, which stay with the slot.",
    remedy: "Secure the slot by an object of its own with functionApp.slot, or delete it.",
  },
  GroupsAllowed: {
    severity: "Warning",
    meaning:
      "Authentication admits members of groups besides the identities that the spec names, and groups keep gateways out.",
    remedy: "Remove the groups from allowedPrincipals; in mode Enforce that happens by itself.",
  },
  ManagementPathOpen: {
    severity: "Warning",
    meaning:
      "authentication.excludedPaths opens /admin or /runtime/webhooks, where keys are enough.",
    remedy: "Take the path out of authentication.excludedPaths; let its callers bring a token.",
  },
  OperationWithoutBase: {
    severity: "Warning",
    meaning:
      "An operation's policy has no <base />, so that the API's statements do not run and the function turns its callers away.",
    remedy: "Add <base /> as the first statement of <inbound> in the operation's policy.",
  },
  OperationUndoesPolicy: {
    severity: "Warning",
    meaning: "An operation's policy sets or removes Authorization after the API's statements.",
    remedy: "Move the statement that the message names before <base />, or take it out.",
  },
  TokenSentElsewhere: {
    severity: "Warning",
    meaning:
      "An API in spec.apis may send the function's token to another host, whose operator could use it.",
    remedy: "Send other backends' requests through an API of their own.",
  },
  TokenTakenElsewhere: {
    severity: "Warning",
    meaning:
      "A policy outside spec.apis gets the gateway's token for this function, and does not reach it as far as can be seen.",
    remedy: "Take the statement out, or name the API in spec.apis.",
  },
  OtherApiReaches: {
    severity: "Warning",
    meaning:
      "An API that spec.apis does not name has the function as its backend; its callers are turned away.",
    remedy: "Name the API in spec.apis, or give it another backend.",
  },
  RevisionUnprotected: {
    severity: "Warning",
    meaning:
      "An online revision is left out by revisions: Current; its callers are turned away, and a release brings that to all.",
    remedy: "Set revisions to AllOnline, or take the revision offline.",
  },
  StoredFunctionKey: {
    severity: "Warning",
    meaning:
      "A function's key is kept at the API Management service, where whoever reads it could use it once authentication is off.",
    remedy: "Remove the key there, and renew it in the Function App.",
  },
  DirectManagementOn: {
    severity: "Warning",
    meaning:
      "The service's direct management API is on: it changes policies past Azure's roles, locks and activity log.",
    remedy: "Switch it off: portal, API Management service, Management API.",
  },
  PathOpen: {
    severity: "Info",
    meaning: "authentication.excludedPaths opens a path to anybody, as the spec asks.",
    remedy: "Take the path out of authentication.excludedPaths if it need not be open.",
  },
  CustomHostName: {
    severity: "Info",
    meaning:
      "The function answers under another host name too. The same lock guards it, but the probes do not call it.",
    remedy: "Remove the host name if nobody needs it.",
  },
  OperationMayUndoPolicy: {
    severity: "Info",
    meaning:
      "What an operation's policy does after the API's statements cannot be seen, as in a fragment.",
    remedy: "Make sure that it leaves Authorization alone, or put it before <base />.",
  },
  ProductWithoutBase: {
    severity: "Info",
    meaning:
      "A product's policy has no <base />, so that the service's own policy does not run. The function's lock does not rest on it.",
    remedy: "Add <base /> unless that is meant.",
  },
  PolicyNotSeen: {
    severity: "Info",
    meaning:
      "A policy could not be read, or there are too many to read all: nothing is known of them.",
    remedy: "Look at the policies that the message names.",
  },
} as const satisfies Record<string, FindingDefinition>;

/** Names what a finding is about. */
export type FindingCode = keyof typeof FINDINGS;
