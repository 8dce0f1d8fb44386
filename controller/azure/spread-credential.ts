import { createHash } from "node:crypto";
import type { TokenCredential } from "@azure/core-auth";

/** Of ten thousand audiences, each part keeps some hundred and fifty. */
const PARTS = 64;

/**
 * One identity as several credentials, each of which keeps the tokens of some of the scopes. MSAL walks
 * through all tokens that it keeps, slowly, whenever one is asked for or comes in: with a thousand
 * functions, each with an audience of its own, that took most of the controller's time.
 *
 * @param make makes a credential; asked for no more of them than are needed.
 */
export function spreadCredential(make: () => TokenCredential): TokenCredential {
  const parts = new Map<number, TokenCredential>();
  return {
    async getToken(scopes, options) {
      const part = partOf([scopes].flat());
      const credential = parts.get(part) ?? make();
      parts.set(part, credential);
      return await credential.getToken(scopes, options);
    },
  };
}

function partOf(scopes: readonly string[]): number {
  return createHash("sha256").update(scopes.join(" ")).digest().readUInt32BE() % PARTS;
}
