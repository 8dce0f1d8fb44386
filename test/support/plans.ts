import type { SafeguardName } from "../../controller/api/v1alpha1/conditions.ts";
import type { Plan, PlannedStep } from "../../controller/reconcile/plan.ts";
import type { Change, Facts, Obstacle } from "../../controller/safeguards/safeguard.ts";
import type { Verdict } from "../../controller/verify/diagnose.ts";
import { aChange, facts } from "./builders.ts";

const ORDER: readonly SafeguardName[] = [
  "managed-identity",
  "app-registration",
  "inbound-policy",
  "authentication",
  "access-restrictions",
  "hardening",
];

/** A plan in which every safeguard looked; only what is given differs from in sync. */
export function aPlan({
  steps = {},
  site = {},
  isComplete = true,
}: {
  readonly steps?: Partial<Record<SafeguardName, Partial<PlannedStep>>>;
  readonly site?: Partial<Facts["site"]>;
  readonly isComplete?: boolean;
} = {}): Plan {
  return {
    facts: facts({ site: { ...facts().site, ...site } }),
    isComplete,
    established: ["gateways", "registration", "apis", "site"],
    steps: ORDER.map((safeguard) => ({
      safeguard,
      changes: [],
      notes: [],
      obstacle: undefined,
      ...steps[safeguard],
    })),
  };
}

/** One difference of a safeguard. */
export function changeOf(safeguard: SafeguardName, overrides: Partial<Change> = {}): Change {
  return aChange({ safeguard, path: `${safeguard}:/x`, ...overrides });
}

export const BLOCKED: Obstacle = {
  kind: "blocked",
  reason: "PolicyConflict",
  message: "In the way.",
};
export const WAITING: Obstacle = { kind: "waiting", reason: "GatewayBusy", message: "Soon." };

/** What the calls of a check showed. */
export function aVerdict(overrides: Partial<Verdict> = {}): Verdict {
  return {
    status: "True",
    reason: "Succeeded",
    message: "All calls got what they should.",
    gateway: "passed",
    ...overrides,
  };
}
