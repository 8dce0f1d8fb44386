import type { Reason } from "../../controller/api/v1alpha1/conditions.ts";
import { disturbanceNamed } from "./disturbance.ts";
import type { Act, FaultPlan } from "./plan.ts";
import { KEPT_OUT, LET_IN } from "./symptoms.ts";

/** The reasons that tell the truth about what happens in an act. */
export function honestReasons(plan: FaultPlan, act: Act): readonly Reason[] {
  const { settings, world } = plan;
  const breaksGateway =
    act.disturbance !== undefined && disturbanceNamed(act.disturbance).breaksGateway;
  return [
    ...act.faults.flatMap(({ reasons }) => reasons),
    ...(isPositive(settings.staleReadsInMs) ? (["StaleRead"] as const) : []),
    ...(isPositive(settings.policyPropagationInMs) ? KEPT_OUT : []),
    ...(isPositive(settings.authenticationDelayInMs) ? [...KEPT_OUT, ...LET_IN] : []),
    ...(isPositive(settings.staleReadsInMs) ? LET_IN : []),
    ...(breaksGateway || intrudes(act) || world === "operations without base" ? KEPT_OUT : []),
  ];
}

/** Whether no order of steps could spare the gateway's callers an outage in this act. */
export function mayKeepGatewayOut(plan: FaultPlan, act: Act, index: number): boolean {
  const { settings, world } = plan;
  return (
    world === "operations without base" ||
    isPositive(settings.policyPropagationInMs) ||
    isPositive(settings.authenticationDelayInMs) ||
    (intrudes(act) && (index > 0 || isPositive(settings.staleReadsInMs)))
  );
}

/**
 * Whether somebody creates the policy at the very moment in which the operator does: what is not there
 * has no ETag to match, so Azure takes the later one.
 */
export function mayLosePolicy({ world, acts }: FaultPlan): boolean {
  return world === "without a policy" && acts.some(intrudes);
}

/** Somebody writes a policy without the operator's statements. */
function intrudes({ faults }: Act): boolean {
  return faults.some(({ order }) => "intrude" in order.fault);
}

function isPositive(milliseconds: number | undefined): boolean {
  return (milliseconds ?? 0) > 0;
}
