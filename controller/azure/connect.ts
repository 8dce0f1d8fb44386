import { apiManagement } from "./api-management.ts";
import { Arm, type ArmOptions } from "./arm.ts";
import { createCredential, type CredentialOptions } from "./credential.ts";
import type { Door } from "./door.ts";
import { entra } from "./entra.ts";
import { traffic } from "./traffic.ts";
import { siteClients, webApps } from "./web-apps.ts";

export interface AzureOptions extends CredentialOptions {
  /** E.g. `https://management.azure.com`. */
  readonly armEndpoint: string;
  readonly armAudience: string;
  readonly userAgent: string;
  /** How long a call to a function or a gateway may take, in milliseconds. */
  readonly callTimeoutInMs: number;
}

/**
 * Connects to Azure once per process. What it answers opens the door for one pass: its requests end
 * when the pass is cancelled, while tokens and connections are kept for the next.
 */
export function connectToAzure(options: AzureOptions): (signal: AbortSignal) => Door {
  const credential = createCredential(options);
  const armOptions: ArmOptions = {
    endpoint: options.armEndpoint,
    audience: options.armAudience,
    credential,
    timeoutInMs: options.timeoutInMs,
    userAgent: options.userAgent,
  };
  const connection = new Arm(armOptions, new AbortController().signal);
  const clients = siteClients(armOptions);
  return (signal) => {
    const arm = connection.within(signal);
    return {
      apiManagement: apiManagement(arm),
      webApps: webApps(arm, clients),
      entra: entra(credential, options.authorityHost, signal),
      traffic: traffic(options.callTimeoutInMs, signal),
    };
  };
}
