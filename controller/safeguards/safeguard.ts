import type { ConditionType, Reason, SafeguardName } from "../api/v1alpha1/conditions.ts";
import type { Danger } from "../api/v1alpha1/types.generated.ts";
import type { AccessToken, BasicPublishing, Door, IdentityUpdate } from "../azure/door.ts";
import type { Json, JsonObject } from "../azure/json.ts";
import type { MergeRecord, PolicyStatements } from "../policy/policy.ts";
import type { AccessRule } from "./access-rules.ts";
import type { Target } from "./target.ts";

/**
 * One thing that makes a backend secure. Each safeguard is one module of this shape, so that a reader
 * who knows one knows all: what exists (`observe`), what it tells the others (`establish`), what
 * should be (`desire`), what is to change (`compare`). Only `observe` does I/O, and it never writes.
 */
export interface SafeguardDefinition<Observed, Desired> {
  readonly name: SafeguardName;
  /** The condition it owns. */
  readonly condition: ConditionType;
  /** The facts that what it desires rests on: while one is not established, it is not judged. */
  readonly needs: readonly (keyof Facts)[];
  /** The Azure RBAC actions it needs. */
  readonly actions: readonly string[];
  /** The ids of the Azure resources that it reads or writes. */
  resources(target: Target): readonly string[];
  observe(door: Door, target: Target): Promise<Observed>;
  establish(observed: Observed, target: Target): Partial<Facts>;
  desire(target: Target, facts: Facts): Desired;
  compare(desired: Desired, observed: Observed): Assessment;
}

/** A safeguard whose own types are closed over, so that all of them stand in one list. */
export interface Safeguard extends Pick<
  SafeguardDefinition<never, never>,
  "name" | "condition" | "actions" | "resources"
> {
  observe(door: Door, target: Target): Promise<Observation>;
}

/** What one safeguard saw, ready to be judged once the facts of all are known. */
export interface Observation {
  readonly facts: Partial<Facts>;
  readonly needs: readonly (keyof Facts)[];
  assess(facts: Facts): Assessment;
}

/** What the safeguards tell each other, and the probes. */
export interface Facts {
  readonly gateways: readonly GatewayFacts[];
  readonly registration: RegistrationFacts;
  readonly apis: readonly ApiFacts[];
  readonly site: SiteFacts;
}

/** One API Management service and the identity with which it calls the function. */
export interface GatewayFacts {
  readonly serviceId: string;
  readonly principalId: string;
  readonly clientId: string;
  readonly tenantId: string | undefined;
  readonly url: string | undefined;
  /** The hosts that the service lists as its gateway's. */
  readonly hosts: readonly string[];
  /** All identities of the service whose ids are known, also those that it should not call with. */
  readonly identities: readonly ServiceIdentity[];
}

export interface ServiceIdentity {
  readonly type: "SystemAssigned" | "UserAssigned";
  readonly principalId: string;
  readonly clientId: string;
}

/** How Entra describes the function. */
export interface RegistrationFacts {
  /** The client id of the function's registration: what tokens are asked for. */
  readonly audience: string;
  readonly tenantId: string;
  /** The issuer of the tokens that the gateway will get. */
  readonly issuer: string;
  /** A token of the operator's own identity for this audience, where one can be had. */
  readonly token: AccessToken | undefined;
  /** Entra's own words, where it gives the operator no token. */
  readonly refusal?: string | undefined;
}

/** Where an API is called. */
export interface ApiFacts {
  readonly id: string;
  readonly serviceId: string;
  readonly name: string;
  readonly path: string;
  /** The statements of an earlier pass that its policies still run. */
  readonly running: readonly PolicyStatements[];
  /** The header under which it takes a subscription key. */
  readonly keyHeader: string;
}

/** Where the function is called, and whether it turns anonymous callers away by its settings. */
export interface SiteFacts {
  readonly hostName: string;
  /** All of them, the one above among them. */
  readonly hostNames: readonly string[];
  /** The `properties` of authsettingsV2, raw. */
  readonly settings: JsonObject;
  readonly state: string | undefined;
  readonly publicNetworkAccess: string | undefined;
  /** Whose tokens its settings accept. */
  readonly accepts: { readonly clientId: string | undefined; readonly issuer: string | undefined };
  readonly enforced: boolean;
}

/**
 * Stands where a value will be known only once an earlier step was applied, as an identity's ids
 * before the identity exists. It is shown in plans, and the executor refuses to send it.
 */
export const KNOWN_AFTER_APPLY = "(known after apply)";

/** What a safeguard makes of what it saw. Nothing to change and no obstacle means in sync. */
export interface Assessment {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  /** What the condition says when nothing is to be changed; absent: as the spec asks. */
  readonly standing?: Standing;
  /** Why not everything can be judged or changed. What `changes` holds may be done all the same. */
  readonly obstacle?: Obstacle;
}

/** What a condition says where nothing is to be changed and yet not all is as the spec asks. */
export interface Standing {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: Reason;
  readonly message: string;
}

/** `waiting` ends by itself, `blocked` when somebody acts. */
export interface Obstacle {
  readonly kind: "waiting" | "blocked";
  readonly reason: Reason;
  readonly message: string;
  readonly retryAfterInMs?: number | undefined;
  /** The resources that it concerns, where it does not concern all of the safeguard's. */
  readonly resources?: readonly string[];
}

/** Something worth knowing that is no difference, such as a missing `<base />`. */
export interface Note {
  readonly code: string;
  readonly message: string;
}

/** One difference between what should be and what is, with the way to remove it. */
export interface Change {
  readonly safeguard: SafeguardName;
  /** The id of the resource that is written: in ARM, or in the directory. */
  readonly resource: string;
  /** `<safeguard>:<JSON pointer>`, in policies `inbound-policy:inbound/<element>[@attribute]`. */
  readonly path: string;
  readonly desired: Json | undefined;
  readonly observed: Json | undefined;
  /**
   * What the difference does as it stands: it weakens the lock (somebody may get in whom the spec does
   * not name), hardens it (somebody may be kept out whom the spec names), or neither.
   */
  readonly danger: Danger;
  readonly patch: Patch;
}

/** How a change is carried out. Changes of one resource are sent in one write. */
export type Patch =
  | { readonly kind: "service-identity"; readonly identity: IdentityUpdate }
  | {
      readonly kind: "application";
      readonly uniqueName: string;
      /** Its object id; absent: it is to be created. */
      readonly id?: string;
      readonly members: JsonObject;
    }
  | { readonly kind: "service-principal"; readonly clientId: string }
  | {
      readonly kind: "api-policy";
      readonly statements: PolicyStatements;
      /** Our own statements for another audience, which go first. */
      readonly replaces?: PolicyStatements;
    }
  | {
      readonly kind: "api-policy-removal";
      readonly statements: PolicyStatements;
      readonly record: MergeRecord;
    }
  | { readonly kind: "auth-settings"; readonly pointer: string; readonly value: Json | undefined }
  /** Puts the operator's marker in the place of another installation's. */
  | { readonly kind: "owner-marker" }
  /** Sets a member of `config/web`. */
  | { readonly kind: "site-config"; readonly member: string; readonly value: Json }
  /** Puts these in the place of the operator's own rules among the site's access restrictions. */
  | { readonly kind: "access-rules"; readonly rules: readonly AccessRule[] }
  /** Sets a member of the site's `properties`. */
  | { readonly kind: "site"; readonly member: string; readonly value: Json }
  | {
      readonly kind: "basic-publishing";
      readonly method: keyof BasicPublishing;
      readonly allow: boolean;
    };

/** Whether a change can be carried out: nothing in it waits for an earlier step. */
export function isKnown(change: Change): boolean {
  return !JSON.stringify([change.desired, change.patch]).includes(KNOWN_AFTER_APPLY);
}

/** Closes a definition over its own types. */
export function defineSafeguard<Observed, Desired>(
  definition: SafeguardDefinition<Observed, Desired>,
): Safeguard {
  const { name, condition, actions } = definition;
  return {
    name,
    condition,
    actions,
    resources: (target) => definition.resources(target),
    async observe(door, target) {
      const observed = await definition.observe(door, target);
      return {
        facts: definition.establish(observed, target),
        needs: definition.needs,
        assess: (facts) => definition.compare(definition.desire(target, facts), observed),
      };
    },
  };
}
