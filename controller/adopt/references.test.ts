import { describe, expect, test } from "vitest";
import { API, SERVICE, SITE, SUBSCRIPTION } from "../../test/support/builders.ts";
import { apiReference, functionAppReference } from "./references.ts";

const PLACE = { subscriptionId: SUBSCRIPTION, resourceGroup: "shop" };

describe("functionAppReference", () => {
  test.each([
    [SITE, { ...PLACE, name: "orders-func" }],
    [`${SITE}/slots/staging`, { ...PLACE, name: "orders-func", slot: "staging" }],
    [SITE.replace("/subscriptions", "/SUBSCRIPTIONS"), { ...PLACE, name: "orders-func" }],
    [`${SITE}/config/web`, undefined],
    [API, undefined],
    ["orders-func", undefined],
  ])("%s", (id, reference) => {
    expect(functionAppReference(id)).toEqual(reference);
  });
});

describe("apiReference", () => {
  test.each([
    [API, { ...PLACE, serviceName: "contoso-apim", name: "orders" }],
    [`${API};rev=3`, { ...PLACE, serviceName: "contoso-apim", name: "orders" }],
    [`${API}/operations/list`, undefined],
    [SERVICE, undefined],
    [SITE, undefined],
  ])("%s", (id, reference) => {
    expect(apiReference(id)).toEqual(reference);
  });
});
