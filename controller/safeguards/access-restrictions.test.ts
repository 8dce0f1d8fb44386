import { describe, expect, test } from "vitest";
import { assess } from "../../test/support/assess.ts";
import { aService, GATEWAY_ADDRESS } from "../../test/support/builders.ts";
import { FakeAzure } from "../../test/support/fake-azure.ts";
import type { Network } from "../api/v1alpha1/types.generated.ts";
import type { JsonObject } from "../azure/json.ts";
import { accessRestrictions } from "./access-restrictions.ts";
import { ownRules, type AccessRule } from "./access-rules.ts";

const OWN = ownRules([{ cidr: GATEWAY_ADDRESS, for: "API Management contoso-apim" }]);
const ALLOW_ALL = { ipAddress: "Any", action: "Allow", priority: 2_147_483_647, name: "Allow all" };
const DENY_ALL = { ...ALLOW_ALL, action: "Deny", name: "Deny all" };

/** What is made of a site with these rules, and with `Deny` for the rest unless told. */
async function assessRules(
  rules: readonly AccessRule[],
  {
    network = {},
    defaultAction = "Deny",
    addresses = [GATEWAY_ADDRESS],
  }: {
    readonly network?: Partial<Network>;
    readonly defaultAction?: string | null;
    readonly addresses?: readonly string[];
  } = {},
) {
  const azure = new FakeAzure({ service: aService({ addresses }) });
  const webConfig: JsonObject = {
    ipSecurityRestrictions: rules,
    ipSecurityRestrictionsDefaultAction: defaultAction,
  };
  azure.webConfig = webConfig;
  const spec: { network: Network } = {
    network: { mode: "GatewayOnly", additionalCidrs: [], ...network },
  };
  return await assess(accessRestrictions, azure, { spec });
}

function own(overrides: JsonObject): readonly AccessRule[] {
  return OWN.map((rule) => ({ ...rule, ...overrides }));
}

describe("rules that are as they should be", () => {
  test.each([
    { name: "as written", rules: OWN },
    { name: "beside what the service shows for them", rules: [...OWN, DENY_ALL] },
    {
      name: "with members that the service fills in",
      rules: own({ headers: {}, subnetMask: null }),
    },
    { name: "with another priority of ours", rules: own({ priority: 64_100 }) },
  ])("$name", async ({ rules }) => {
    const { changes, notes, standing } = await assessRules(rules);
    expect({ changes, notes, standing }).toEqual({ changes: [], notes: [] });
  });
});

describe("rules that differ", () => {
  test.each([
    { name: "none", rules: [], defaultAction: "Deny", danger: "Hardens" },
    {
      name: "none, and everybody gets in",
      rules: [ALLOW_ALL],
      defaultAction: null,
      danger: "Weakens",
    },
    {
      name: "an address that is nobody's any more",
      rules: [...OWN, ...ownRules([{ cidr: "203.0.113.1", for: "old" }])],
      defaultAction: "Deny",
      danger: "Weakens",
    },
    {
      name: "turned into its opposite",
      rules: own({ action: "Deny" }),
      defaultAction: "Deny",
      danger: "Hardens",
    },
    {
      name: "narrowed by a header",
      rules: own({ headers: { "x-azure-fdid": ["1"] } }),
      defaultAction: "Deny",
      danger: "Hardens",
    },
    {
      name: "narrowed to a subnet",
      rules: own({ vnetSubnetResourceId: "/s" }),
      defaultAction: "Deny",
      danger: "Hardens",
    },
  ])("$name: $danger", async ({ rules, defaultAction, danger }) => {
    const { changes } = await assessRules(rules, { defaultAction });
    expect(changes.find(({ patch }) => patch.kind === "access-rules")).toMatchObject({
      danger,
      desired: [`${GATEWAY_ADDRESS}/32`],
      patch: { rules: OWN },
    });
  });

  test.each([
    { defaultAction: "Allow", danger: "Weakens" },
    { defaultAction: null, danger: "Cosmetic" },
  ])("a default action of $defaultAction: $danger", async ({ defaultAction, danger }) => {
    const { changes } = await assessRules(OWN, { defaultAction });
    expect(changes).toMatchObject([{ danger, patch: { kind: "site-config", value: "Deny" } }]);
  });

  test("each range is let in once, in a fixed order", async () => {
    const network = { additionalCidrs: ["203.0.113.9/24", `${GATEWAY_ADDRESS}/32`] };
    const { changes } = await assessRules([], { network, addresses: [GATEWAY_ADDRESS, "9.9.9.9"] });
    expect(changes[0]?.desired).toEqual([`${GATEWAY_ADDRESS}/32`, "203.0.113.0/24", "9.9.9.9/32"]);
  });
});

describe("rules of others", () => {
  const theirs = { ipAddress: "203.0.113.0/24", action: "Allow", priority: 100, name: "office" };

  test.each([
    { name: "lets more in", rule: theirs, code: "foreign-allow" },
    { name: "has our name elsewhere", rule: { ...theirs, name: "sfb-x" }, code: "foreign-allow" },
    {
      name: "has another name in our place",
      rule: { ...theirs, priority: 64_000 },
      code: "foreign-allow",
    },
    {
      name: "lets a service tag in",
      rule: { ...theirs, ipAddress: "ApiManagement", tag: "ServiceTag" },
      code: "foreign-allow",
    },
    {
      name: "lets a subnet in",
      rule: { ...theirs, ipAddress: null, vnetSubnetResourceId: "/s" },
      code: "foreign-allow",
    },
    {
      name: "keeps the gateway out",
      rule: { ...theirs, ipAddress: "198.51.100.0/24", action: "Deny" },
      code: "foreign-deny",
    },
  ])("one that $name is told, and stays", async ({ rule, code }) => {
    const { changes, notes, standing } = await assessRules([rule, ...OWN]);
    expect(changes).toEqual([]);
    expect(notes.map((note) => note.code)).toEqual([code]);
    expect(standing).toMatchObject({ status: "False", reason: "Reported" });
  });

  test.each([
    { name: "lets in what we let in", rule: { ...theirs, ipAddress: GATEWAY_ADDRESS } },
    { name: "denies others", rule: { ...theirs, action: "Deny" } },
    {
      name: "denies the rest behind ours",
      rule: { ...theirs, ipAddress: "0.0.0.0/0", action: "Deny", priority: 65_000 },
    },
  ])("one that $name is nobody's business", async ({ rule }) => {
    expect(await assessRules([rule, ...OWN])).toMatchObject({ changes: [], notes: [] });
  });
});

test.each([
  { sku: "Consumption", addresses: [GATEWAY_ADDRESS] },
  { sku: "StandardV2", addresses: [GATEWAY_ADDRESS] },
  { sku: "Premium", addresses: [] },
])("$sku with addresses $addresses is refused", async (service) => {
  const azure = new FakeAzure({ service: aService(service) });
  const network: Network = { mode: "GatewayOnly", additionalCidrs: ["203.0.113.0/24"] };
  const { changes, obstacle } = await assess(accessRestrictions, azure, { spec: { network } });
  expect(changes).toEqual([]);
  expect(obstacle).toMatchObject({ kind: "blocked", reason: "TierHasNoAddresses" });
});

test("Unmanaged reads nothing", async () => {
  const azure = new FakeAzure();
  const { standing } = await assess(accessRestrictions, azure);
  expect(standing).toMatchObject({ status: "Unknown", reason: "NotManaged" });
  expect(azure.calls).toEqual([]);
});
