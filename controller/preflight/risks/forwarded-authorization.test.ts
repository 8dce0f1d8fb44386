import { describe, expect, test } from "vitest";
import { lookAtRisk } from "../../../test/support/ahead.ts";
import { API, POLICY, SERVICE } from "../../../test/support/builders.ts";
import { aPlan, changeOf } from "../../../test/support/plans.ts";
import { forwardedAuthorization } from "./forwarded-authorization.ts";

const TOKEN = "inbound-policy:inbound/authentication-managed-identity";
const VALIDATES = `<policies><inbound><base /><validate-azure-ad-token tenant-id="t" /></inbound></policies>`;

function planOf(overrides: Parameters<typeof changeOf>[1]) {
  const change = changeOf("inbound-policy", { resource: POLICY, path: TOKEN, ...overrides });
  return aPlan({ steps: { "inbound-policy": { changes: [change] } } });
}

const PLAN = planOf({ observed: undefined });

function seen(policies: Readonly<Record<string, string>>, hasSignIn = false) {
  return lookAtRisk(forwardedAuthorization, {
    plan: PLAN,
    azure: ({ inventory }) => {
      inventory.apis = [{ id: API, serviceUrl: undefined, hasSignIn }];
      inventory.productNames = ["starter"];
      for (const [owner, text] of Object.entries(policies)) {
        inventory.policies.set(`${owner}/policies/policy`, text);
      }
    },
  });
}

describe("an Authorization of the callers' own", () => {
  test.each([
    ["its own policy", API, true],
    ["the policy of an operation", `${API}/operations/get-orders`, true],
    ["the policy of a product that holds it", `${SERVICE}/products/starter`, true],
    ["the policy of the service", SERVICE, true],
    ["the policy of another product", `${SERVICE}/products/other`, false],
    ["the policy of another API", `${API}-two`, false],
    ["the policy of another API's operation", `${API}-two/operations/get`, false],
  ])("is seen in %s", async (_name, owner, isSeen) => {
    const { state, details } = await seen({ [owner]: VALIDATES });
    expect(state).toBe(isSeen ? "Seen" : "NotSeen");
    const places = details.map((detail) => /line \d+, column \d+: <[\w-]+>/.exec(detail)?.[0]);
    expect(places).toEqual(isSeen ? ["line 1, column 28: <validate-azure-ad-token>"] : []);
  });

  test("is seen where the API has its callers sign in", async () => {
    expect((await seen({}, true)).details).toEqual([
      "API orders has its callers sign in by OAuth 2.0 or OpenID Connect.",
    ]);
  });

  test("is not known of a policy that cannot be read", async () => {
    expect((await seen({ [API]: "<policies>" })).details).toEqual([
      "The policy of orders cannot be read.",
    ]);
  });

  test.each([
    ["the gateway's token comes for the first time", PLAN, true],
    [
      "to another revision as well",
      planOf({ resource: `${API};rev=2/policies/policy`, observed: undefined }),
      true,
    ],
    ["its token is put right", planOf({ observed: "<authentication-managed-identity />" }), false],
    ["only the key is dropped", planOf({ path: "inbound-policy:inbound/set-header[Key]" }), false],
    ["nothing differs", aPlan(), false],
  ])("is replaced when %s: %s", (_name, plan, isConcerned) => {
    expect(forwardedAuthorization.concerns(plan)).toBe(isConcerned);
  });
});
