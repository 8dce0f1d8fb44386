import type { Reason } from "../../controller/api/v1alpha1/conditions.ts";

/** What may be said of a gateway that does not get its callers to the function. */
export const KEPT_OUT: readonly Reason[] = [
  "GatewayCheckFailed",
  "AccessCheckFailed",
  "NotYetPropagated",
  "CallerNotAllowed",
  "FunctionFailing",
  "GatewayFailing",
  "IssuerMismatch",
  "NoRoute",
  "PathNotFound",
  "PolicyNotExecuted",
  "TokenNotAccepted",
  "UnexpectedStatus",
  "WrongAudience",
];
/** What may be said of a function that lets somebody in past its gateway. */
export const LET_IN: readonly Reason[] = [
  "DirectCallAdmitted",
  "IntruderAdmitted",
  "NotYetPropagated",
];
