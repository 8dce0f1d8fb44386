/** One token bucket: how many requests it holds, and how many flow back each second. */
export interface BucketSize {
  readonly size: number;
  readonly refillPerSecond: number;
}

/** What a test or a demonstration may tune; the manners of the services stay the same. */
export interface SimulatorSettings {
  /** How long a PATCH of an API Management service takes (the real one: a minute and more). */
  operationDurationInMs: number;
  /** `Retry-After` of a running operation (the real one: 60). */
  operationRetryAfterInSeconds: number;
  /** Whether a 202 also carries `Azure-AsyncOperation`, as newer API versions do. */
  asyncOperationHeader: boolean;
  /** How long a policy write takes; its API refuses other writes meanwhile. */
  policyWriteDurationInMs: number;
  /** For how long after a successful write the API still answers 409. */
  lockOutlivesSuccessInMs: number;
  /** How long ARM keeps answering the old document after a write of policies or auth settings. */
  staleReadsInMs: number;
  /** How long until Easy Auth and access restrictions follow the settings. */
  authenticationDelayInMs: number;
  /** How long until the gateway serves a policy that was written. */
  policyPropagationInMs: number;
  /** How long until Microsoft Graph and the token endpoint see what Graph wrote. */
  graphDelayInMs: number;
  /** How many directory objects a principal without admin role may own. */
  directoryQuota: number;
  /** Life of the tokens that Entra issues. */
  tokenLifetimeInSeconds: number;
  /** Whether the gateway keeps a managed identity's token until it expires. */
  gatewayCachesTokens: boolean;
  /** How many entries a list answers at once; the rest follows by `nextLink`. */
  pageSize: number;
  /** Whether a 429 says how long to wait. */
  retryAfterOnThrottling: boolean;
  /** Per subscription and principal. */
  reads: BucketSize;
  writes: BucketSize;
  deletes: BucketSize;
  /** How many times larger the bucket is that all principals of a subscription share. */
  sharedBucketFactor: number;
}

export const DEFAULT_SETTINGS: Readonly<SimulatorSettings> = {
  operationDurationInMs: 200,
  operationRetryAfterInSeconds: 0,
  asyncOperationHeader: false,
  policyWriteDurationInMs: 0,
  lockOutlivesSuccessInMs: 0,
  staleReadsInMs: 0,
  authenticationDelayInMs: 0,
  policyPropagationInMs: 0,
  graphDelayInMs: 0,
  directoryQuota: 250,
  tokenLifetimeInSeconds: 3600,
  gatewayCachesTokens: true,
  pageSize: 100,
  retryAfterOnThrottling: true,
  reads: { size: 250, refillPerSecond: 25 },
  writes: { size: 200, refillPerSecond: 10 },
  deletes: { size: 200, refillPerSecond: 10 },
  sharedBucketFactor: 15,
};
