import { describe, expect, test } from "vitest";
import { aSpec } from "../../test/support/builders.ts";
import { aGrant, SHOP_SCOPE } from "../../test/support/grants.ts";
import type { Grant } from "../api/v1alpha1/grant-types.generated.ts";
import { judgeResource } from "./judge-resource.ts";

const SITE = `${SHOP_SCOPE}/providers/Microsoft.Web/sites/orders-func`;
const SERVICE = `${SHOP_SCOPE}/providers/Microsoft.ApiManagement/service/contoso-apim`;
const BANK = SHOP_SCOPE.replace("shop", "bank");

function refusal(resource: string, ...grants: Partial<Grant>[]) {
  const judged = { namespace: "shop", labels: {}, grants: grants.map((grant) => aGrant(grant)) };
  return judgeResource(aSpec(), resource.toLowerCase(), judged);
}

describe("what was written earlier is given back", () => {
  test.each([
    { name: "the function's settings", resource: `${SITE}/config/authsettingsV2` },
    { name: "the policy of an API", resource: `${SERVICE}/apis/orders/policies/policy` },
    {
      name: "the policy of a revision, where the API is granted",
      resource: `${SERVICE}/apis/orders;rev=2/policies/policy`,
      grant: { scopes: [SITE, `${SERVICE}/apis/orders`] },
    },
    {
      name: "names that are encoded in ids",
      resource: `${SERVICE.replace("shop", encodeURIComponent("läden"))}/apis/a%3Bb/policies/policy`,
      grant: { scopes: [SITE, `${SERVICE.replace("shop", "läden")}/apis/a;b`] },
    },
    {
      name: "under a grant for another audience",
      resource: `${SERVICE}/apis/orders/policies/policy`,
      grant: { audiences: { clientIds: [], managedRegistrations: "Allow" as const } },
    },
  ])("$name", ({ resource, grant = {} }) => {
    expect(refusal(resource, grant)).toBeUndefined();
  });
});

describe("what was written earlier is left alone", () => {
  const policyOfBank = `${BANK}/providers/Microsoft.ApiManagement/service/bank-apim/apis/orders/policies/policy`;
  test.each<{ name: string; resource: string; grants: Partial<Grant>[] }>([
    { name: "in a scope that is not granted", resource: policyOfBank, grants: [{}] },
    { name: "without any grant", resource: `${SITE}/config/authsettingsV2`, grants: [] },
    {
      name: "where the grant is for another namespace",
      resource: policyOfBank,
      grants: [{}, { namespaces: { names: ["bank"] }, scopes: [SITE, BANK] }],
    },
    {
      name: "where the resource and the function are granted apart",
      resource: policyOfBank,
      grants: [{}, { scopes: [BANK] }],
    },
    {
      name: "where an encoded slash would climb into the scope",
      resource: `${SERVICE}%2Fapis%2Forders/policies/policy`,
      grants: [{ scopes: [SITE, SERVICE] }],
    },
  ])("$name", ({ resource, grants }) => {
    expect(refusal(resource, ...grants)).toMatchObject({
      kind: "blocked",
      reason: "ScopeNotGranted",
      message: expect.stringContaining(resource.toLowerCase()),
    });
  });
});
