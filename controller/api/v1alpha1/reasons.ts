/** What a reason means and what is to be done about it. */
export interface ReasonDefinition {
  readonly meaning: string;
  /** What a person should do; the empty string when there is nothing to do. */
  readonly remedy: string;
  /** Whether the controller goes on by itself; otherwise it waits for a change of the spec or of Azure. */
  readonly isTransient: boolean;
}

/** Every reason the controller gives, from good to bad. */
export const REASONS = {
  Secured: {
    meaning: "The function answers nobody but its gateways and allowed callers.",
    remedy: "",
    isTransient: false,
  },
  Observed: {
    meaning: "Azure was looked at, as mode Observe asks; InSync says whether it differs.",
    remedy: "Set mode to Enforce to have the differences put right.",
    isTransient: false,
  },
  Succeeded: {
    meaning: "Found or made as the spec asks.",
    remedy: "",
    isTransient: false,
  },
  NotManaged: {
    meaning: "The spec leaves this to others, so it is not looked at.",
    remedy: "Set network.mode, or the modes under hardening, to have it looked after.",
    isTransient: false,
  },
  Reported: {
    meaning:
      "Something is weaker than it could be and is left alone: hardening only reports it, or somebody else's access rule lets further addresses in. The object is Ready all the same.",
    remedy:
      "Change what the message names, have it enforced (hardening: Enforce), or name the addresses in network.additionalCidrs.",
    isTransient: false,
  },
  Progressing: {
    meaning: "The roll-out goes on, or a long-running Azure operation has not ended.",
    remedy: "",
    isTransient: true,
  },
  Drifted: {
    meaning: "Azure was changed behind the controller's back; status.drift lists what.",
    remedy: "Enforce puts it right by itself. In mode Observe, undo the change or change the spec.",
    isTransient: true,
  },
  Contested: {
    meaning:
      "Somebody keeps changing a field back that was put right. It is put right ever later, what weakens the lock within a minute; everything else as usual.",
    remedy:
      "Find who writes it: the activity log of the resource that the message names says so. Then change it there, change the spec, or name the field in ignoreDifferences.",
    isTransient: true,
  },
  NoBypassFound: {
    meaning: "No way around the lock was found, among those that can be seen.",
    remedy: "",
    isTransient: false,
  },
  BypassFound: {
    meaning:
      "Somebody gets in whom the spec does not name, by a way that the controller may not close.",
    remedy: "Follow the remedies in status.findings; ask for a pass, or wait for the next.",
    isTransient: false,
  },
  Suspended: {
    meaning: "spec.suspend is true.",
    remedy: "Set suspend to false to go on.",
    isTransient: false,
  },
  IdentityNotYetKnown: {
    meaning: "The gateway's identity is being created; its ids are known afterwards.",
    remedy: "",
    isTransient: true,
  },
  RegistrationNotYetKnown: {
    meaning:
      "The managed registration was created and is not seen everywhere in Entra yet; this takes seconds to minutes.",
    remedy: "",
    isTransient: true,
  },
  Unverified: {
    meaning: "No call could tell whether the protection works.",
    remedy:
      "Give verification.gateway a path to call, and let the controller reach gateway and function.",
    isTransient: true,
  },
  Throttled: {
    meaning: "Azure asked for fewer requests; the controller waits as long as it was told.",
    remedy: "If it persists, raise resyncInterval.",
    isTransient: true,
  },
  AzureUnavailable: {
    meaning: "Azure answered with a server error, or not at all.",
    remedy: "If it persists, look at Azure's service health and at the network's outbound rules.",
    isTransient: true,
  },
  AzureTimeout: {
    meaning: "Azure took the request and gave no answer in time.",
    remedy: "If it persists, look at Azure's service health and at proxies on the way.",
    isTransient: true,
  },
  CredentialUnavailable: {
    meaning: "The controller got no token for Azure.",
    remedy: "Check its workload identity, or the AZURE_ variables of its environment.",
    isTransient: true,
  },
  GatewayBusy: {
    meaning:
      "The API Management service is being changed by somebody and takes no writes meanwhile.",
    remedy: "",
    isTransient: true,
  },
  SnapshotUnavailable: {
    meaning: "The present values could not be recorded, so nothing was written to Azure.",
    remedy: "Let the controller write to its own namespace, or to its state folder.",
    isTransient: true,
  },
  InvalidSpec: {
    meaning: "The manifest breaks a rule of the schema.",
    remedy: "Correct the field that the message names.",
    isTransient: false,
  },
  TargetNotFound: {
    meaning: "The Function App, API, service or identity that the spec names does not exist.",
    remedy: "Correct the name in the spec, or create what it names.",
    isTransient: false,
  },
  PermissionMissing: {
    meaning: "Azure refused the controller's identity (403).",
    remedy: "Assign the role that the message names, at the scope that it names.",
    isTransient: false,
  },
  ScopeLocked: {
    meaning: "A resource lock forbids the change (409 ScopeLocked).",
    remedy: "Remove the lock for the time of the change, or set mode to Observe.",
    isTransient: false,
  },
  PolicyDenied: {
    meaning: "An Azure Policy assignment forbids the change.",
    remedy: "Ask the owner of the assignment that the message names for an exemption.",
    isTransient: false,
  },
  OperationFailed: {
    meaning:
      "Azure accepted a change and then reported that it failed, or did not end it within three hours.",
    remedy: "Follow Azure's own message, which is given.",
    isTransient: false,
  },
  IdentityMissing: {
    meaning: "The gateway lacks the identity, and identity.management is Require.",
    remedy:
      "Turn the identity on at the API Management service, or set identity.management to Ensure.",
    isTransient: false,
  },
  TokenVersionUnknown: {
    meaning: "It could not be found out which token version the registration issues.",
    remedy: "Set registration.tokenVersion to V1 or V2.",
    isTransient: true,
  },
  TokenVersionMismatch: {
    meaning: "The registration issues another token version than registration.tokenVersion says.",
    remedy: "Set registration.tokenVersion to Auto, or to the version that the message names.",
    isTransient: false,
  },
  TenantMismatch: {
    meaning: "Gateway, registration and function do not agree on one tenant.",
    remedy:
      "Set registration.tenantId to the tenant of the registration; an issuer without tenant is never accepted.",
    isTransient: false,
  },
  PolicyUnreadable: {
    meaning: "The API's policy document cannot be read for certain, so it was left as it is.",
    remedy: "Correct the document at the line and column that the message names.",
    isTransient: false,
  },
  PolicyConflict: {
    meaning: "The API's policy already sends a token for something else, so it was left as it is.",
    remedy:
      "Remove the statement that the message names, or give it an output-token-variable-name.",
    isTransient: false,
  },
  NeedsMigration: {
    meaning: "The Function App still has authentication settings of version 1.",
    remedy: "Migrate them to version 2 (az webapp auth config-version upgrade).",
    isTransient: false,
  },
  FileBasedSettings: {
    meaning:
      "The Function App reads its authentication settings from a file, which the controller cannot write.",
    remedy: "Clear platform.configFilePath of the authentication settings.",
    isTransient: false,
  },
  AwaitingCheck: {
    meaning:
      "The function is still open: no call through the gateway is given that could prove it can be closed.",
    remedy: "Give verification.gateway a safe path, or set rollout.gatewayCheck to Skip.",
    isTransient: false,
  },
  AwaitingRelease: {
    meaning:
      "The function is still open: rollout.enforcement is Manual, and nobody has released the plan as it is now.",
    remedy:
      "Look at the plan (sfb plan), then set the annotation securedbackend.dev/release to the hash that the message gives.",
    isTransient: false,
  },
  SubscriptionKeyMissing: {
    meaning:
      "The Secret that verification.gateway names is not there, or holds no key; the call was not made.",
    remedy:
      "Create the Secret, of type securedbackend.dev/subscription-key, in the object's namespace; without a cluster, its manifest in the folder of --keys.",
    isTransient: false,
  },
  ServicePrincipalMissing: {
    meaning:
      "The function's registration has no service principal in the tenant, so no gateway can get a token for it.",
    remedy: "Create it: az ad sp create --id <clientId>.",
    isTransient: false,
  },
  RegistrationDeleted: {
    meaning:
      "The managed registration was deleted, and its unique name is taken until it is purged.",
    remedy:
      "Restore it or delete it permanently in the Entra admin center, or give registration.clientId.",
    isTransient: false,
  },
  QuotaExceeded: {
    meaning: "The controller's identity may own no more objects in the directory.",
    remedy:
      "Purge deleted registrations, give the identity a role without that limit, or give registration.clientId.",
    isTransient: false,
  },
  PolicyRejected: {
    meaning: "Azure refuses the document that the controller wants to write.",
    remedy: "Correct what Azure names in the message; often another statement of the same policy.",
    isTransient: false,
  },
  RequestRejected: {
    meaning: "Azure refuses a request for a reason that the controller does not know.",
    remedy: "Read Azure's own words in the message.",
    isTransient: false,
  },
  StaleRead: {
    meaning: "Somebody else kept changing the same document while it was worked on.",
    remedy: "",
    isTransient: true,
  },
  RestoreRefused: {
    meaning:
      "What was there before cannot be given back: somebody else has changed it since the controller wrote it.",
    remedy:
      "Set the value that the message names to what it was or to what was written, or use deletionPolicy Retain.",
    isTransient: false,
  },
  SubscriptionKeyRequired: {
    meaning: "The API wants a subscription key, and the check that calls it names none.",
    remedy: "Name one in verification.gateway[].subscriptionKeySecretRef, or call another path.",
    isTransient: true,
  },
  SubscriptionKeyRefused: {
    meaning: "The API does not take the subscription key of the check.",
    remedy: "Put the key of an active subscription that covers the API into the Secret.",
    isTransient: true,
  },
  NotYetPropagated: {
    meaning: "Calls do not show yet what was changed a short while ago; it is looked at again.",
    remedy: "",
    isTransient: true,
  },
  WrongAudience: {
    meaning: "The function accepts tokens for another audience than the gateway brings.",
    remedy: "Make registration.clientId and the registration in the function's settings the same.",
    isTransient: true,
  },
  IssuerMismatch: {
    meaning:
      "The function accepts tokens of another issuer or version than Entra issues for the registration.",
    remedy:
      "Set requestedAccessTokenVersion of the registration to 2, or correct registration.tokenVersion and tenantId.",
    isTransient: true,
  },
  TokenNotAccepted: {
    meaning: "The function got no token from the gateway, or does not accept it.",
    remedy: "Check audience, issuer and tenant, and that no operation policy leaves out <base />.",
    isTransient: true,
  },
  PolicyNotExecuted: {
    meaning:
      "The function accepts tokens for its audience, and none came from the gateway: the API's policy did not run.",
    remedy:
      "Look for an operation policy without <base />, or one that sets Authorization by itself.",
    isTransient: true,
  },
  CallerNotAllowed: {
    meaning: "The function recognises the gateway's token and does not allow its identity.",
    remedy: "Compare the allow-lists of its authentication settings with status.gateways.",
    isTransient: true,
  },
  RoleNotAssigned: {
    meaning:
      "The registration demands an assignment, and Entra gives the gateway no token without one (AADSTS501051).",
    remedy:
      "Assign the gateway's identity to the registration, or set appRoleAssignmentRequired to false.",
    isTransient: true,
  },
  AppStopped: {
    meaning: "The Function App does not run, so its answers prove nothing.",
    remedy: "Start it.",
    isTransient: true,
  },
  AddressRefused: {
    meaning: "A network rule of the function refused the caller's address (x-ms-forbidden-ip).",
    remedy: "Allow the gateway's addresses; allow the controller's own to have calls prove more.",
    isTransient: true,
  },
  PathNotFound: {
    meaning: "No operation of the API, or no function, has the path that was called.",
    remedy: "Correct verification.gateway.",
    isTransient: true,
  },
  GatewayFailing: {
    meaning: "The gateway could not get a token, run its policies or reach the function.",
    remedy: "Check that the registration has a service principal, then the API's trace.",
    isTransient: true,
  },
  FunctionFailing: {
    meaning: "The function answered with a server error, which proves nothing.",
    remedy: "Look at the function's logs, then at the policies of the API.",
    isTransient: true,
  },
  UnexpectedStatus: {
    meaning: "A call through the gateway got another status than verification.gateway expects.",
    remedy: "Correct expectedStatus or path there, or what answers.",
    isTransient: true,
  },
  TierHasNoAddresses: {
    meaning:
      "The API Management service shares its outbound addresses with other customers, so no address rule can tell it from them.",
    remedy:
      "Set network.mode to Unmanaged, or move the service to a tier with addresses of its own (Developer, Basic, Standard, Premium).",
    isTransient: false,
  },
  NotSupported: {
    meaning: "The plan of the Function App does not have a setting that hardening enforces.",
    remedy: "Set it to Report or Ignore, or move the Function App to another plan.",
    isTransient: false,
  },
  NetworkCheckFailed: {
    meaning:
      "Since access was restricted to addresses, calls through the gateway fail; the restrictions were taken back.",
    remedy:
      "Follow the diagnosis in the message: calls may leave by addresses that the service does not list, as with a self-hosted gateway. Name them in network.additionalCidrs.",
    isTransient: false,
  },
  GatewayCheckFailed: {
    meaning:
      "A call through the gateway did not get what it should, so the function was not closed.",
    remedy: "Follow the diagnosis in the message; the function is as it was found.",
    isTransient: true,
  },
  AccessCheckFailed: {
    meaning: "After closing, the gateway no longer reached the function.",
    remedy: "Follow the diagnosis in the message; what this roll-out wrote goes back.",
    isTransient: true,
  },
  DirectCallAdmitted: {
    meaning: "The function answered a direct call without a token.",
    remedy: "Look at excludedPaths and at what answers in front of the function.",
    isTransient: true,
  },
  IntruderAdmitted: {
    meaning:
      "The function answered a direct call with a valid token of an identity that is not allowed.",
    remedy:
      "Look at the allow-lists of the authentication settings; status.drift lists what differs.",
    isTransient: true,
  },
  NoRoute: {
    meaning: "The function or the gateway could not be reached from where the controller runs.",
    remedy: "Open the network path, or set verification.direct to Disabled.",
    isTransient: true,
  },
  ScopeNotGranted: {
    meaning:
      "No grant lets the namespace name this Function App, these APIs, this audience and this identity together, so Azure was not asked.",
    remedy:
      "Ask whoever administers the cluster for a grant (AzureScopeGrant), or correct what the message names.",
    isTransient: false,
  },
  Conflict: {
    meaning: "Another, older object governs the same Function App or API.",
    remedy: "Delete one of the two objects; the message names the other.",
    isTransient: false,
  },
  OwnedElsewhere: {
    meaning:
      "The marker in the function's authentication settings names an object of another installation, so nothing is written.",
    remedy:
      "Delete one of the two objects. To take the function over, stop the other installation's object, and set the annotation securedbackend.dev/take-over to the owner that the message names.",
    isTransient: false,
  },
} as const satisfies Record<string, ReasonDefinition>;

/** Reason of a condition of this resource. */
export type Reason = keyof typeof REASONS;
