import type { SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import type { Verdict } from "../verify/diagnose.ts";
import type { Plan } from "./plan.ts";

/** What the calls of a pass have proved. */
export interface Proof {
  /** That everything is closed and nothing speaks against it: from now on it is kept up. */
  readonly ofEverything: boolean;
  /** That callers get in although access is restricted to addresses. */
  readonly ofNetwork: boolean;
}

/** What a verdict proves; nothing, where nothing was checked. */
export function proofOf(
  verdict: Verdict | undefined,
  plan: Plan,
  spec: SecuredFunctionBackendSpec,
): Proof {
  return {
    ofEverything: verdict !== undefined && isProven(verdict, spec),
    ofNetwork: isNetworkProven(plan, spec, verdict),
  };
}

function isProven(verdict: Verdict, spec: SecuredFunctionBackendSpec): boolean {
  return spec.mode === "Enforce" && (verdict.status === "True" || isUndecided(verdict));
}

function isNetworkProven(
  plan: Plan,
  spec: SecuredFunctionBackendSpec,
  verdict: Verdict | undefined,
): boolean {
  const step = plan.steps.find(({ safeguard }) => safeguard === "access-restrictions");
  return (
    spec.network.mode === "GatewayOnly" &&
    step?.changes.length === 0 &&
    step.obstacle === undefined &&
    (verdict?.gateway === "passed" || verdict?.gateway === "none")
  );
}

/** Nobody was seen to be kept out or let in wrongly: the probes could not tell. */
export function isUndecided({ status, gateway }: Verdict): boolean {
  return status === "Unknown" && gateway !== "failed";
}
