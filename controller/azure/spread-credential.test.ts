import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { spreadCredential } from "./spread-credential.ts";

/** Credentials that keep every scope they were ever asked for, as MSAL keeps tokens. */
function spread() {
  const made: Set<string>[] = [];
  const credential = spreadCredential(() => {
    const kept = new Set<string>();
    made.push(kept);
    return {
      getToken: async (scopes) => {
        kept.add(String(scopes));
        return { token: String(scopes), expiresOnTimestamp: 0 };
      },
    };
  });
  return { credential, made };
}

describe("an identity with many audiences", () => {
  test("looks through few tokens at a time", async () => {
    const { credential, made } = spread();
    const scopes = Array.from({ length: 1000 }, () => `${randomUUID()}/.default`);
    for (const scope of scopes) {
      expect(await credential.getToken(scope)).toMatchObject({ token: scope });
    }
    expect(made.reduce((sum, kept) => sum + kept.size, 0)).toBe(1000);
    expect(Math.max(...made.map((kept) => kept.size))).toBeLessThan(60);
  });

  test("asks the credential that keeps the token already", async () => {
    const { credential, made } = spread();
    await credential.getToken("https://management.azure.com/.default");
    await credential.getToken(["https://management.azure.com/.default"]);
    expect(made).toEqual([new Set(["https://management.azure.com/.default"])]);
  });
});
