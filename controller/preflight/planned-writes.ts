import type { RolloutStep } from "../api/v1alpha1/types.generated.ts";
import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import type { Plan } from "../reconcile/plan.ts";
import { STEP_OF } from "../reconcile/step.ts";
import type { Change, Patch } from "../safeguards/safeguard.ts";

/** One request that a roll-out would send. */
export interface PlannedWrite {
  /** The step of the roll-out that sends it. */
  readonly step: RolloutStep;
  /** The id of the resource that it writes. */
  readonly resource: string;
  /** What it does, as a sentence without its subject. */
  readonly what: string;
  /** Whether the Function App restarts by it; `Unknown`: Microsoft does not say. */
  readonly restartsApp: "Yes" | "No" | "Unknown";
}

/** What would be written, in the order of a roll-out: one request for each resource and step. */
export function plannedWrites({ steps }: Plan): readonly PlannedWrite[] {
  const network = steps.find(({ safeguard }) => safeguard === "access-restrictions");
  const restricts = network !== undefined && network.changes.length > 0;
  // What hardens goes along with what restricts, so that a resource of both is written once.
  const stepOf = (safeguard: SafeguardName) =>
    safeguard === "hardening" && restricts ? STEP_OF["access-restrictions"] : STEP_OF[safeguard];
  const changes = steps.flatMap((step) => step.changes);
  const writes = Map.groupBy(changes, ({ safeguard, resource }) =>
    JSON.stringify([stepOf(safeguard), resource.toLowerCase()]),
  );
  return [...writes.values()].flatMap((ofWrite) => {
    const [first] = ofWrite;
    if (first === undefined) return [];
    const { resource, patch } = first;
    return { step: stepOf(first.safeguard), resource, ...describe(patch, ofWrite) };
  });
}

function describe(
  patch: Patch,
  changes: readonly Change[],
): Pick<PlannedWrite, "what" | "restartsApp"> {
  switch (patch.kind) {
    case "service-identity":
      return {
        what: "adds the identity that the gateway calls with, and keeps all others; Azure works on that for a minute to 45 minutes",
        restartsApp: "No",
      };
    case "application":
      return {
        what:
          patch.id === undefined
            ? "creates the app registration, without a secret"
            : `sets ${count(changes, "member")} of the app registration`,
        restartsApp: "No",
      };
    case "service-principal":
      return { what: "creates the registration's service principal", restartsApp: "No" };
    case "api-policy":
      return {
        what: `sets ${count(changes, "statement")} of the inbound policy, and keeps everything else to the byte`,
        restartsApp: "No",
      };
    case "api-policy-removal":
      return { what: "takes the operator's statements out of the policy", restartsApp: "No" };
    case "auth-settings":
    case "owner-marker":
      // "Set up staging environments in Azure App Service", Microsoft Learn, lists what restarts.
      return {
        what: `sets ${count(changes, "member")} of the authentication settings, and keeps all others`,
        restartsApp: "Yes",
      };
    case "site-config":
    case "access-rules":
      return {
        what: `sets ${namesOf(changes)} of the app's configuration, and keeps all others`,
        restartsApp: "Unknown",
      };
    case "site":
      return { what: `sets ${namesOf(changes)} of the app`, restartsApp: "Unknown" };
    case "basic-publishing":
      return {
        what: `${patch.allow ? "allows" : "forbids"} publishing by ${patch.method.toUpperCase()} with a user name and a password`,
        restartsApp: "Unknown",
      };
  }
}

function count(changes: readonly Change[], what: string): string {
  return `${changes.length} ${what}${changes.length === 1 ? "" : "s"}`;
}

function namesOf(changes: readonly Change[]): string {
  return changes.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)).join(", ");
}
