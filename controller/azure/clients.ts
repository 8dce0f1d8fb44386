import { ApiManagementClient } from "@azure/arm-apimanagement";
import { createWebSiteManagement, type WebSiteManagementContext } from "@azure/arm-appservice/api";
import type { TokenCredential } from "@azure/core-auth";
import type { Pipeline } from "@azure/core-rest-pipeline";
import type { CallObserver } from "./call-observer.ts";
import { timeLimitPolicy } from "./credential.ts";
import { limitPolicy } from "./limit-policy.ts";
import type { Lane, Limiter } from "./limiter.ts";
import { armServiceOf, observePolicy } from "./observe-policy.ts";
import { LAST, permitPolicy, type Permit } from "./permit.ts";
import { subscriptionOf } from "./resource-ids.ts";

export interface ClientOptions {
  /** E.g. `https://management.azure.com`. */
  readonly endpoint: string;
  /** The token's audience; its scope is this and `/.default`. */
  readonly audience: string;
  readonly credential: TokenCredential;
  readonly timeoutInMs: number;
  readonly userAgent: string;
  readonly limiter: Limiter;
  readonly permit: Permit;
  readonly observer: CallObserver;
}

/** The SDK's client for the subscription of a resource; one for each, made when first needed. */
export type ApiManagementClients = (resourceId: string) => ApiManagementClient;
export type WebSiteClients = (resourceId: string) => WebSiteManagementContext;

export function apiManagementClients(options: ClientOptions, lane: Lane): ApiManagementClients {
  return perSubscription((subscription) => {
    const client = new ApiManagementClient(options.credential, subscription, {
      ...commonOptions(options),
      credentialScopes: scopeOf(options),
    });
    return withManners(client, options, lane);
  });
}

/** These are good for reading a site: nothing read with them is ever written back. */
export function webSiteClients(options: ClientOptions, lane: Lane): WebSiteClients {
  return perSubscription((subscription) => {
    const client = createWebSiteManagement(options.credential, subscription, {
      ...commonOptions(options),
      credentials: { scopes: [scopeOf(options)] },
    });
    return withManners(client, options, lane);
  });
}

/** The SDKs retry by themselves and sleep out a `Retry-After` inside the call: a queue waits better. */
function commonOptions({ endpoint, userAgent }: ClientOptions) {
  return {
    endpoint,
    retryOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: userAgent },
  };
}

/** Spelt out, because the App Service client asks for the public cloud's in every cloud. */
function scopeOf({ audience }: ClientOptions): string {
  return `${audience.replace(/\/$/, "")}/.default`;
}

function withManners<Client extends { readonly pipeline: Pipeline }>(
  client: Client,
  { limiter, timeoutInMs, permit, observer }: ClientOptions,
  lane: Lane,
): Client {
  client.pipeline.addPolicy(limitPolicy(limiter, lane));
  client.pipeline.addPolicy(timeLimitPolicy(timeoutInMs));
  client.pipeline.addPolicy(permitPolicy(permit), LAST);
  client.pipeline.addPolicy(observePolicy(observer, armServiceOf), LAST);
  return client;
}

function perSubscription<Client>(make: (subscription: string) => Client) {
  const clients = new Map<string, Client>();
  return (resourceId: string): Client => {
    const subscription = subscriptionOf(resourceId).toLowerCase();
    const known = clients.get(subscription);
    if (known !== undefined) return known;
    const client = make(subscription);
    clients.set(subscription, client);
    return client;
  };
}
