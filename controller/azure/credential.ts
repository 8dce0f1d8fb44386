import {
  DefaultAzureCredential,
  WorkloadIdentityCredential,
  type DefaultAzureCredentialOptions,
} from "@azure/identity";
import type { TokenCredential } from "@azure/core-auth";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { UNOBSERVED, type CallObserver } from "./call-observer.ts";
import { observedCredential, observePolicy } from "./observe-policy.ts";
import { spreadCredential } from "./spread-credential.ts";

export interface CredentialOptions {
  /** The authority to ask, e.g. `https://login.microsoftonline.com/`. */
  readonly authorityHost: string;
  readonly tenantId: string | undefined;
  readonly clientId: string | undefined;
  /** Where a federated token lies: set by the workload identity webhook. */
  readonly federatedTokenFile: string | undefined;
  readonly timeoutInMs: number;
}

/** The authorities that Microsoft's instance discovery knows; any other is a private cloud. */
const PUBLIC_AUTHORITIES: ReadonlySet<string> = new Set([
  "login.microsoftonline.com",
  "login.microsoftonline.us",
  "login.chinacloudapi.cn",
  "login.partner.microsoftonline.cn",
]);

/**
 * The operator's own identity: workload identity where a federated token is mounted, and then nothing
 * else, lest a stray secret or the node's identity wins; otherwise what a developer is signed in with.
 *
 * A request's own time limit does not reach the token endpoint, hence the policy here.
 */
export function createCredential(
  options: CredentialOptions,
  observer: CallObserver = UNOBSERVED,
): TokenCredential {
  return observedCredential(chooseCredential(options, observer), observer);
}

function chooseCredential(options: CredentialOptions, observer: CallObserver): TokenCredential {
  const common = {
    authorityHost: options.authorityHost,
    disableInstanceDiscovery: !PUBLIC_AUTHORITIES.has(new URL(options.authorityHost).hostname),
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [
      { policy: timeLimitPolicy(options.timeoutInMs), position: "perCall" as const },
      { policy: observePolicy(observer, () => "entra"), position: "perCall" as const },
    ],
    ...(options.tenantId !== undefined && { tenantId: options.tenantId }),
  };
  if (options.federatedTokenFile === undefined) {
    return new DefaultAzureCredential(common satisfies DefaultAzureCredentialOptions);
  }
  const { federatedTokenFile: tokenFilePath, clientId } = options;
  const workload = { ...common, tokenFilePath, ...(clientId !== undefined && { clientId }) };
  return spreadCredential(() => new WorkloadIdentityCredential(workload));
}

/** Ends each request of a pipeline after a while: neither SDK has a limit of its own. */
export function timeLimitPolicy(timeoutInMs: number): PipelinePolicy {
  return {
    name: "timeLimitPolicy",
    sendRequest(request, next) {
      if (request.timeout === 0) request.timeout = timeoutInMs;
      return next(request);
    },
  };
}
