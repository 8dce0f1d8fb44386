import { PERMISSIONS_READ } from "../../controller/preflight/permissions.ts";
import { RISK_CHECKS } from "../../controller/preflight/risks/index.ts";
import { BYPASS_CHECKS } from "../../controller/safeguards/bypass/index.ts";
import { SAFEGUARDS } from "../../controller/safeguards/index.ts";

/** A custom role of Azure RBAC, and what it is for. */
export interface AzureRole {
  /** Its file in `docs/azure-roles/`, without `.json`. */
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly actions: readonly string[];
  /** What does not work without it. */
  readonly without: string;
}

/** Actions whose name is in no list of Microsoft's that could be read, and what follows from that. */
export const UNPROVEN_ACTIONS: Readonly<Record<string, string>> = {
  "Microsoft.ApiManagement/service/allPolicies/read":
    "Made after the path of `allPolicies`, as its neighbours are. If Azure asks for another, `NoBypass` is Unknown and its message names it.",
  "Microsoft.ApiManagement/service/operationresults/read":
    "Microsoft lists it; that it is what Azure asks for when an update of a service is followed is not proven. Where it does not help, the states of the service tell how the update ended.",
};

const MANAGED_IDENTITY = "managed-identity";
const HARDENING = "hardening";

/**
 * The roles, made of the actions that the safeguards, the looks around and the preflight name. Each action stands in one
 * of them; together they hold all.
 */
export function azureRoles(): readonly AzureRole[] {
  const [identity, hardening, others] = [
    actionsOf((name) => name === MANAGED_IDENTITY),
    actionsOf((name) => name === HARDENING),
    actionsOf((name) => name !== MANAGED_IDENTITY && name !== HARDENING),
  ];
  // What only an update of a service needs; what is read of it is needed always.
  const onlyForUpdates = identity.filter(
    (action) => !/\/(?:service|identities)\/read$/u.test(action),
  );
  const core = unique([
    ...others,
    ...BYPASS_CHECKS.flatMap(({ actions }) => actions),
    ...identity.filter((action) => !onlyForUpdates.includes(action)),
  ]);
  return [
    {
      file: "core",
      name: "Secured Function Backend Core",
      description: "Reads Function Apps and APIs, and writes their authentication and policies.",
      actions: core,
      without: "Nothing works without it.",
    },
    {
      file: "identity",
      name: "Secured Function Backend Identity",
      description: "Turns the managed identity of API Management services on.",
      actions: onlyForUpdates,
      without:
        "Turn the identity on yourself and set `identity.management: Require`. `service/write` is broad: it lets its holder change everything about a service.",
    },
    {
      file: "hardening",
      name: "Secured Function Backend Hardening",
      description: "Shuts the ways into Function Apps beside the front door.",
      actions: hardening.filter((action) => !core.includes(action)),
      without:
        "Leave `hardening` at `Report` or `Ignore`. Without the reads, FTP and publishing with a password are told as not read.",
    },
    {
      file: "plan",
      name: "Secured Function Backend Plan",
      description: "Tells, before the first write, what may break and which rights are missing.",
      actions: unique([...RISK_CHECKS.flatMap(({ actions }) => actions), PERMISSIONS_READ]).filter(
        (action) => !core.includes(action),
      ),
      without:
        "`sfb plan` says what it does not know. The controller in a cluster needs none of it.",
    },
  ];
}

function actionsOf(belongs: (safeguard: string) => boolean): readonly string[] {
  return unique(SAFEGUARDS.filter(({ name }) => belongs(name)).flatMap(({ actions }) => actions));
}

function unique(actions: readonly string[]): readonly string[] {
  return [...new Set(actions)].toSorted();
}
