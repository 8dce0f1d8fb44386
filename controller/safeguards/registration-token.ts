import type { AccessToken, Door } from "../azure/door.ts";
import { AzureError } from "../azure/errors.ts";

/** What Entra said to the operator's own identity when it asked for a token for the function. */
export interface TokenAnswer {
  /** It tells version and issuer, and serves the probes. */
  readonly token: AccessToken | undefined;
  /** Entra's own words, where it gives no token. */
  readonly refusal: string | undefined;
}

/** Asks for a token. @throws {AzureError} when Entra did not answer: that is no refusal. */
export async function askForToken({ entra }: Door, clientId: string): Promise<TokenAnswer> {
  try {
    return { token: await entra.getToken(clientId), refusal: undefined };
  } catch (error) {
    const refusal =
      error instanceof AzureError ? /AADSTS\d+[^\n]*/.exec(error.message)?.[0] : undefined;
    if (refusal === undefined) throw error;
    return { token: undefined, refusal };
  }
}

/** Whether Entra refuses because the registration has no service principal in the tenant. */
export function lacksServicePrincipal({ refusal }: TokenAnswer): boolean {
  return refusal !== undefined && /AADSTS(500011|7000229|650052)\b/.test(refusal);
}
