import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  apiId,
  apiPolicyId,
  apiRevisionId,
  authSettingsId,
  nameOf,
  resourceGroupOf,
  sameResource,
  serviceId,
  siteId,
  siteNamesOf,
  subscriptionOf,
  withoutRevision,
  withoutSlot,
} from "./resource-ids.ts";

const SUBSCRIPTION = "11111111-1111-4111-8111-111111111111";
const group = { subscriptionId: SUBSCRIPTION, resourceGroup: "shop" };

describe("ids", () => {
  test.each([
    {
      kind: "a Function App",
      id: siteId({ ...group, name: "orders-func" }),
      wanted: `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Web/sites/orders-func`,
    },
    {
      kind: "a slot",
      id: siteId({ ...group, name: "orders-func", slot: "staging" }),
      wanted: `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Web/sites/orders-func/slots/staging`,
    },
    {
      kind: "a service",
      id: serviceId({ ...group, serviceName: "apim" }),
      wanted: `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.ApiManagement/service/apim`,
    },
    {
      kind: "a policy",
      id: apiPolicyId(apiId({ ...group, serviceName: "apim", name: "orders" })),
      wanted: `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.ApiManagement/service/apim/apis/orders/policies/policy`,
    },
    {
      kind: "authentication settings",
      id: authSettingsId("/sites/f"),
      wanted: "/sites/f/config/authsettingsV2",
    },
  ])("$kind", ({ id, wanted }) => {
    expect(id).toBe(wanted);
  });

  test("what was put in is read out, also what a URL has to escape", () => {
    const part = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(part, part, (resourceGroup, name) => {
        const id = siteId({ subscriptionId: SUBSCRIPTION, resourceGroup, name });
        expect(subscriptionOf(id)).toBe(SUBSCRIPTION);
        expect(resourceGroupOf(id)).toBe(resourceGroup);
        expect(nameOf(id)).toBe(name);
      }),
    );
  });

  test("no name leads out of its place", () => {
    const id = siteId({ ...group, name: "../../evil?x#y" });
    expect(new URL(`https://arm${id}`).pathname).toBe(id);
  });
});

describe("sameResource", () => {
  test.each([
    { left: "/a/B", right: "/A/b", same: true, reason: "ARM ids have no letter case" },
    { left: "/a/b", right: "/a/bc", same: false, reason: "a prefix is another resource" },
  ])("$reason", ({ left, right, same }) => {
    expect(sameResource(left, right)).toBe(same);
    expect(sameResource(right, left)).toBe(same);
  });
});

test.each([
  { part: "a subscription", read: subscriptionOf },
  { part: "a resource group", read: resourceGroupOf },
])("an id without $part is refused", ({ read }) => {
  expect(() => read("/providers/Microsoft.Web/sites/f")).toThrow(TypeError);
});

describe("siteNamesOf", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9-]{2,20}$/);

  test("gives back what the id was made of", () => {
    fc.assert(
      fc.property(name, fc.option(name, { nil: undefined }), (name, slot) => {
        const id = siteId({ ...group, name, ...(slot !== undefined && { slot }) });
        expect(siteNamesOf(id)).toEqual({ name, slot });
      }),
    );
  });

  test("reads any letter case", () => {
    expect(siteNamesOf("/x/SITES/app/Slots/Staging")).toEqual({ name: "app", slot: "Staging" });
  });

  test.each(["/x/service/apim", "/x/sites/app/config/web", "/x/sites/app/slots"])(
    "refuses %s",
    (id) => {
      expect(() => siteNamesOf(id)).toThrow(TypeError);
    },
  );
});

test.each([{ below: "" }, { below: "/policies/policy" }, { below: "/operations/get" }])(
  "a revision is a suffix of its API, also inside $below",
  ({ below }) => {
    const api = apiId({ ...group, serviceName: "apim", name: "orders" });
    expect(apiRevisionId(api, "12")).toBe(`${api};rev=12`);
    expect(withoutRevision(`${apiRevisionId(api, "12")}${below}`)).toBe(`${api}${below}`);
    expect(withoutRevision(`${api}${below}`)).toBe(`${api}${below}`);
  },
);

test("a slot is a place below its app", () => {
  const app = siteId({ ...group, name: "orders-func" });
  expect(withoutSlot(siteId({ ...group, name: "orders-func", slot: "staging" }))).toBe(app);
  expect(withoutSlot(app)).toBe(app);
});
