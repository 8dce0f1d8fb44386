import type { TokenCredential } from "@azure/core-auth";
import { describe, expect, test } from "vitest";
import { entra, readClaims } from "./entra.ts";
import { AzureError } from "./errors.ts";

const CLAIMS = { iss: "https://issuer/tenant/v2.0", aud: "audience", tid: "tenant", oid: "object" };

function bearerOf(claims: unknown): string {
  return ["e30", Buffer.from(JSON.stringify(claims)).toString("base64url"), "c2lnbmF0dXJl"].join(
    ".",
  );
}

function failureOf(act: () => unknown): AzureError {
  try {
    act();
  } catch (error) {
    if (error instanceof AzureError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("readClaims", () => {
  test.each<{ name: string; claims: object; wanted: object }>([
    {
      name: "version 2 names its client azp",
      claims: { ...CLAIMS, ver: "2.0", azp: "client" },
      wanted: { version: "V2", clientId: "client" },
    },
    {
      name: "version 1 names its client appid",
      claims: { ...CLAIMS, ver: "1.0", appid: "client" },
      wanted: { version: "V1", clientId: "client" },
    },
    { name: "no version is the old one", claims: CLAIMS, wanted: { version: "V1" } },
    {
      name: "what is no text is not believed",
      claims: { ...CLAIMS, oid: 7, azp: { a: 1 } },
      wanted: { objectId: undefined, clientId: undefined },
    },
  ])("$name", ({ claims, wanted }) => {
    expect(readClaims(bearerOf(claims))).toMatchObject({
      issuer: CLAIMS.iss,
      audience: CLAIMS.aud,
      tenantId: CLAIMS.tid,
      ...wanted,
    });
  });

  test.each([
    { name: "no dots", bearer: "opaque-secret" },
    { name: "no JSON inside", bearer: `a.${Buffer.from("secret{").toString("base64url")}.c` },
    { name: "JSON that is no object", bearer: bearerOf(["secret"]) },
    { name: "no issuer", bearer: bearerOf({ ...CLAIMS, iss: undefined }) },
    { name: "no tenant", bearer: bearerOf({ ...CLAIMS, tid: 1 }) },
    { name: "no audience", bearer: bearerOf({ ...CLAIMS, aud: ["a"] }) },
    { name: "nothing", bearer: "" },
  ])("$name: refused without showing the token", ({ bearer }) => {
    const error = failureOf(() => readClaims(bearer));
    expect(error).toMatchObject({ reason: "CredentialUnavailable", errorClass: "BackOff" });
    expect(error.message).not.toMatch(/secret|ey[A-Z]/);
  });
});

describe("getToken", () => {
  const signal = new AbortController().signal;
  const authority = "https://login.microsoftonline.com/";

  test("asks for the audience as a scope", async () => {
    const scopes: unknown[] = [];
    const credential: TokenCredential = {
      async getToken(scope) {
        scopes.push(scope);
        return { token: bearerOf(CLAIMS), expiresOnTimestamp: 0 };
      },
    };
    const token = await entra(credential, authority, signal).getToken("audience");
    expect(scopes).toEqual(["audience/.default"]);
    expect(token.claims.tenantId).toBe("tenant");
  });

  test("a credential that gives nothing is a missing credential, as the door promises", async () => {
    const credential: TokenCredential = { getToken: async () => null };
    await expect(entra(credential, authority, signal).getToken("a")).rejects.toMatchObject({
      reason: "CredentialUnavailable",
      errorClass: "BackOff",
    });
  });

  test("a pass that was cancelled ends with its own reason", async () => {
    const controller = new AbortController();
    const reason = new Error("cancelled");
    const credential: TokenCredential = {
      async getToken() {
        controller.abort(reason);
        throw new Error("aborted inside");
      },
    };
    await expect(entra(credential, authority, controller.signal).getToken("a")).rejects.toBe(
      reason,
    );
  });
});
