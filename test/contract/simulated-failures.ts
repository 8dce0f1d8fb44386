/** A refusal of the real services that the simulator must have played in a whole run. */
export interface SimulatedFailure {
  readonly operation: RegExp;
  readonly status: number;
  /** `error.code`, or `Code` in Microsoft.Web's own form. */
  readonly code: string;
  /** Whether the answer says how long to wait; either will do where absent. */
  readonly retryAfter?: boolean;
}

const ANY = /^/u;

/** The failures of the behaviour table in simulator/README.md, and those that faults stand for. */
export const SIMULATED_FAILURES: readonly SimulatedFailure[] = [
  { operation: /^ApiManagementService_Update$/u, status: 400, code: "InvalidIdentityValues" },
  { operation: /^OperationsResults_Get$/u, status: 400, code: "ServiceUpdateFailed" },
  { operation: /^ApiPolicy_CreateOrUpdate$/u, status: 400, code: "ValidationError" },
  { operation: /^WebApps_UpdateAuthSettingsV2$/u, status: 400, code: "BadRequest" },
  { operation: /^WebApps_/u, status: 401, code: "InvalidAuthenticationToken" },
  { operation: /^WebApps_/u, status: 401, code: "ExpiredAuthenticationToken" },
  { operation: /^WebApps_/u, status: 403, code: "AuthorizationFailed" },
  { operation: /^WebApps_/u, status: 403, code: "RequestDisallowedByPolicy" },
  { operation: /^WebApps_Get$/u, status: 404, code: "ResourceGroupNotFound" },
  { operation: /^WebApps_Get$/u, status: 404, code: "ResourceNotFound" },
  { operation: /^ApiManagementService_Get$/u, status: 404, code: "ResourceNotFound" },
  { operation: /^Api_Get$/u, status: 404, code: "ResourceNotFound" },
  { operation: /^ApiPolicy_Get$/u, status: 404, code: "ResourceNotFound" },
  { operation: /^GET identities\/default$/u, status: 404, code: "ResourceNotFound" },
  {
    operation: /^ApiManagementService_Update$/u,
    status: 409,
    code: "PessimisticConcurrencyConflict",
  },
  { operation: /^ApiPolicy_CreateOrUpdate$/u, status: 409, code: "PessimisticConcurrencyConflict" },
  { operation: /^ApiPolicy_CreateOrUpdate$/u, status: 409, code: "ScopeLocked" },
  { operation: /^ApiPolicy_Delete$/u, status: 409, code: "ScopeLocked" },
  { operation: /^WebApps_UpdateAuthSettingsV2$/u, status: 409, code: "ScopeLocked" },
  { operation: /^ApiPolicy_CreateOrUpdate$/u, status: 412, code: "PreconditionFailed" },
  { operation: /^application_/u, status: 400, code: "Request_BadRequest" },
  { operation: /^application_/u, status: 403, code: "Authorization_RequestDenied" },
  { operation: /^application_/u, status: 403, code: "Directory_QuotaExceeded" },
  { operation: /^application_/u, status: 404, code: "Request_ResourceNotFound" },
  { operation: ANY, status: 422, code: "ManagementApiRequestFailed" },
  { operation: ANY, status: 429, code: "SubscriptionRequestsThrottled", retryAfter: true },
  { operation: /^WebApps_/u, status: 429, code: "429", retryAfter: false },
  { operation: ANY, status: 503, code: "ServerTimeout" },
  { operation: ANY, status: 504, code: "GatewayTimeout" },
];
