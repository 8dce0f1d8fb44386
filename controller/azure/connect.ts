import { apiManagement } from "./api-management.ts";
import { Arm } from "./arm.ts";
import { apiManagementClients, webSiteClients, type ClientOptions } from "./clients.ts";
import { UNOBSERVED, type CallObserver } from "./call-observer.ts";
import { createCredential, type CredentialOptions } from "./credential.ts";
import type { Door } from "./door.ts";
import { entra } from "./entra.ts";
import { graphClient } from "./graph-client.ts";
import { graph } from "./graph.ts";
import { inventory } from "./inventory.ts";
import { bucketsOf, DEFAULT_BUDGET, Limiter, type CallBudget, type Lane } from "./limiter.ts";
import { GRANTED, type Permit } from "./permit.ts";
import { traffic } from "./traffic.ts";
import { webApps } from "./web-apps.ts";

export interface AzureOptions extends CredentialOptions {
  /** E.g. `https://management.azure.com`. */
  readonly armEndpoint: string;
  readonly armAudience: string;
  /** E.g. `https://graph.microsoft.com`; also the audience of its tokens. */
  readonly graphEndpoint: string;
  readonly userAgent: string;
  /** How long a call to a function or a gateway may take, in milliseconds. */
  readonly callTimeoutInMs: number;
  /** Absent: what suits a subscription shared with others. */
  readonly budget?: CallBudget;
  /** Replaces the one that the budget makes. */
  readonly limiter?: Limiter;
  /** Asked right before each request; absent: always given. */
  readonly permit?: Permit;
  /** Told of every request; nobody is where there is none. */
  readonly observer?: CallObserver;
}

/** Opens the door for one pass: its requests end when the signal says so. */
export type OpenDoor = (signal: AbortSignal, lane?: Lane) => Door;

/**
 * Connects to Azure once per process: tokens, connections and what was learnt of Azure's limits are
 * kept from pass to pass.
 */
export function connectToAzure(options: AzureOptions): OpenDoor {
  const permit = options.permit ?? GRANTED;
  const observer = options.observer ?? UNOBSERVED;
  const credential = createCredential(options, observer);
  const clientOptions: ClientOptions = {
    endpoint: options.armEndpoint,
    audience: options.armAudience,
    credential,
    timeoutInMs: options.timeoutInMs,
    userAgent: options.userAgent,
    limiter: options.limiter ?? new Limiter(bucketsOf(options.budget ?? DEFAULT_BUDGET)),
    permit,
    observer,
  };
  const clientsOf = (lane: Lane) => ({
    forApiManagement: apiManagementClients(clientOptions, lane),
    forSites: webSiteClients(clientOptions, lane),
    forGraph: graphClient({ ...clientOptions, endpoint: options.graphEndpoint }, lane),
  });
  const lanes = { user: clientsOf("user"), sweep: clientsOf("sweep") };

  return (signal, lane = "user") => {
    const { forApiManagement, forSites, forGraph } = lanes[lane];
    const arm = new Arm(options.armEndpoint, forApiManagement, signal);
    return {
      apiManagement: apiManagement(arm),
      webApps: webApps(arm, forSites),
      inventory: inventory(arm),
      entra: entra(credential, options.authorityHost, signal),
      graph: graph(forGraph, options.graphEndpoint, signal),
      traffic: traffic({ timeoutInMs: options.callTimeoutInMs, permit, observer }, signal),
    };
  };
}
