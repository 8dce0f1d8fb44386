import { describe, expect, test } from "vitest";
import { assess } from "../../test/support/assess.ts";
import { API, AUDIENCE, aSpec, GATEWAY, POLICY, SERVICE } from "../../test/support/builders.ts";
import { FakeAzure } from "../../test/support/fake-azure.ts";
import type { PolicyDocument } from "../azure/door.ts";
import { apiIdOfPolicy, inboundPolicy } from "./inbound-policy.ts";
import type { Change } from "./safeguard.ts";

const IDENTITY = `<authentication-managed-identity resource="${AUDIENCE}" ignore-error="false" />`;
const HEADER = '<set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" />';
const QUERY = '<set-query-parameter name="subscription-key" exists-action="delete" />';
const CONFLICTING = '<authentication-managed-identity resource="https://vault.azure.net" />';

function policy(...statements: readonly string[]): string {
  return `<policies><inbound><base />${statements.join("")}</inbound></policies>`;
}

function azureWith(text: string | undefined): FakeAzure {
  return new FakeAzure({ policy: text });
}

function paths(changes: readonly Change[]): readonly string[] {
  return changes.map(({ path }) => path);
}

describe("what is to be changed", () => {
  test("nothing in a policy that protects", async () => {
    const { changes, obstacle } = await assess(
      inboundPolicy,
      azureWith(policy(IDENTITY, HEADER, QUERY)),
    );
    expect({ changes, obstacle }).toEqual({ changes: [], obstacle: undefined });
  });

  test.each([
    { name: "no policy at all", text: undefined },
    { name: "a policy without our statements", text: policy() },
  ])("all three statements: $name", async ({ text }) => {
    const { changes } = await assess(inboundPolicy, azureWith(text));
    expect(paths(changes)).toEqual([
      "inbound-policy:inbound/authentication-managed-identity",
      "inbound-policy:inbound/set-header[Ocp-Apim-Subscription-Key]",
      "inbound-policy:inbound/set-query-parameter[subscription-key]",
    ]);
    expect(changes[0]?.danger).toBe("Weakens");
  });

  test("the key goes under the names that the API gives it", async () => {
    const azure = azureWith(policy(IDENTITY));
    azure.keyNames = { header: "X-Key", query: "key" };
    const { changes } = await assess(inboundPolicy, azure);
    expect(paths(changes)).toEqual([
      "inbound-policy:inbound/set-header[X-Key]",
      "inbound-policy:inbound/set-query-parameter[key]",
    ]);
  });

  test("Keep leaves the key to the function", async () => {
    const { changes } = await assess(inboundPolicy, azureWith(policy(IDENTITY)), {
      spec: { subscriptionKey: "Keep" },
    });
    expect(changes).toEqual([]);
  });

  test.each([
    {
      rule: "inbound-policy:inbound/set-header[Ocp-Apim-Subscription-Key]",
      left: "set-query-parameter",
    },
    { rule: "inbound-policy:inbound/set-header", left: "set-query-parameter" },
    { rule: "inbound-policy:inbound/set-query-parameter", left: "set-header" },
  ])("what is ignored is not written along with the rest: $rule", async ({ rule, left }) => {
    const { changes } = await assess(inboundPolicy, azureWith(policy(IDENTITY)), {
      spec: { ignoreDifferences: [rule] },
    });
    expect(paths(changes)).toEqual([expect.stringContaining(left)]);
    const [patch] = changes.map((change) => change.patch);
    expect(JSON.stringify(patch)).not.toContain(
      left === "set-header" ? "subscription-key" : "Ocp-",
    );
  });

  test("a user-assigned identity is named by its client id", async () => {
    const spec = {
      identity: { type: "UserAssigned", resourceId: "/mine", management: "Ensure" },
    } as const;
    const { changes } = await assess(inboundPolicy, azureWith(policy(IDENTITY, HEADER, QUERY)), {
      spec,
    });
    expect(changes).toMatchObject([
      {
        path: "inbound-policy:inbound/authentication-managed-identity@client-id",
        desired: GATEWAY.clientId,
      },
    ]);
  });

  test("an expression appears as a hash only, another one as another hash", async () => {
    async function observedOf(secret: string): Promise<unknown> {
      const identity = `<authentication-managed-identity resource="${AUDIENCE}" ignore-error="@(${secret})" />`;
      const { changes } = await assess(inboundPolicy, azureWith(policy(identity, HEADER, QUERY)));
      return changes.find(({ path }) => path.endsWith("@ignore-error"))?.observed;
    }
    const one = await observedOf("context.Variables.ContainsKey(&quot;s3cret&quot;)");
    expect(one).toMatch(/^expression sha256:[0-9a-f]{16}$/);
    expect(await observedOf("context.Variables.ContainsKey(&quot;other&quot;)")).not.toBe(one);
  });

  test("a missing <base /> is a note with its place, and no difference", async () => {
    const text = `<policies><inbound>${IDENTITY}${HEADER}${QUERY}</inbound></policies>`;
    const { changes, notes } = await assess(inboundPolicy, azureWith(text));
    expect(changes).toEqual([]);
    expect(notes.map(({ message }) => message).join()).toMatch(
      /API orders, line 1, column \d+: .*base/,
    );
  });
});

describe("revisions", () => {
  const PROTECTED = policy(IDENTITY, HEADER, QUERY);
  const revision = (number: string, isOnline: boolean, text?: string) => ({
    revision: number,
    isOnline,
    isCurrent: false,
    ...(text !== undefined && { policy: { text, etag: number } }),
  });

  test("every online one is protected, each by its own id", async () => {
    const azure = azureWith(PROTECTED);
    azure.otherRevisions = [
      revision("2", true, policy()),
      revision("3", false, policy()),
      revision("4", true, PROTECTED),
      revision("5", true),
    ];
    const { changes } = await assess(inboundPolicy, azure);
    expect(new Set(changes.map(({ resource }) => resource))).toEqual(
      new Set([`${API};rev=2/policies/policy`, `${API};rev=5/policies/policy`]),
    );
  });

  test("Current looks at no other and does not even ask for them", async () => {
    const azure = azureWith(PROTECTED);
    azure.otherRevisions = [revision("2", true, policy())];
    const { changes } = await assess(inboundPolicy, azure, { spec: { revisions: "Current" } });
    expect(changes).toEqual([]);
    expect(azure.calls).not.toContain("listRevisions");
  });

  test("one that cannot be read is named, and keeps the others from nothing", async () => {
    const azure = azureWith(policy());
    azure.otherRevisions = [revision("2", true, policy(CONFLICTING))];
    const { changes, obstacle } = await assess(inboundPolicy, azure);
    expect(new Set(changes.map(({ resource }) => resource))).toEqual(new Set([POLICY]));
    expect(obstacle).toMatchObject({
      reason: "PolicyConflict",
      resources: [`${API};rev=2/policies/policy`],
    });
    expect(obstacle?.message).toMatch(/API orders;rev=2 is left as it is/);
  });
});

describe("what is in the way", () => {
  test.each([
    {
      name: "no XML",
      text: "<policies><inbound>",
      reason: "PolicyUnreadable",
      says: /line 1, column/,
    },
    {
      name: "a token for something else",
      text: policy(CONFLICTING),
      reason: "PolicyConflict",
      says: /vault\.azure\.net|line 1/,
    },
  ])("$name: left as it is, with the place", async ({ text, reason, says }) => {
    const { changes, obstacle } = await assess(inboundPolicy, azureWith(text));
    expect(changes).toEqual([]);
    expect(obstacle).toMatchObject({ kind: "blocked", reason, resources: [POLICY] });
    expect(obstacle?.message).toMatch(says);
  });

  test("a place where our statements would not hold is named too", async () => {
    const azure = azureWith(`<policies><inbound>me@("</inbound></policies>`);
    azure.keyNames = { header: "a)", query: "key" };
    const { obstacle } = await assess(inboundPolicy, azure);
    expect(obstacle?.message).toMatch(/left as it is\. API orders, line 1, column \d+: /);
  });

  test("one API's conflict does not keep the others from being protected", async () => {
    const azure = new FakeAzure();
    const texts: Record<string, string> = { orders: policy(CONFLICTING), stock: policy() };
    azure.door.apiManagement.getPolicy = async (id): Promise<PolicyDocument> => ({
      text: texts[id.slice(id.lastIndexOf("/") + 1)] ?? "",
      etag: "0",
    });
    const [api] = aSpec().apis;
    if (api === undefined) throw new Error("the spec names an API");
    const { changes, obstacle } = await assess(inboundPolicy, azure, {
      spec: { apis: [api, { ...api, name: "stock" }] },
    });
    expect(new Set(changes.map(({ resource }) => resource))).toEqual(
      new Set([`${SERVICE}/apis/stock/policies/policy`]),
    );
    expect(obstacle?.resources).toEqual([POLICY]);
  });
});

test("a policy's id tells its API", () => {
  expect(apiIdOfPolicy(POLICY)).toBe(API);
  expect(apiIdOfPolicy(`${API};rev=2/policies/policy`)).toBe(`${API};rev=2`);
});
