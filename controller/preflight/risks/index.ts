import { callersWithKeys } from "./callers-with-keys.ts";
import { directCallers } from "./direct-callers.ts";
import { forwardedAuthorization } from "./forwarded-authorization.ts";
import { healthChecks } from "./health-checks.ts";
import type { RiskCheck } from "./risk-check.ts";
import { webhooks } from "./webhooks.ts";

/** Everything that is asked before a plan is applied, in the order in which a roll-out would break it. */
export const RISK_CHECKS: readonly RiskCheck[] = [
  forwardedAuthorization,
  callersWithKeys,
  webhooks,
  healthChecks,
  directCallers,
];
