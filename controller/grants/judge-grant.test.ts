import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aBackend, aSpec, AUDIENCE, STRANGER, SUBSCRIPTION } from "../../test/support/builders.ts";
import { aGrant, SHOP_SCOPE } from "../../test/support/grants.ts";
import type { Grant } from "../api/v1alpha1/grant-types.generated.ts";
import type {
  SecuredFunctionBackend,
  SecuredFunctionBackendSpec,
} from "../api/v1alpha1/types.generated.ts";
import { judgeGrant } from "./judge-grant.ts";

const SITE = `${SHOP_SCOPE}/providers/Microsoft.Web/sites/orders-func`;
const SERVICE = `${SHOP_SCOPE}/providers/Microsoft.ApiManagement/service/contoso-apim`;
const IDENTITY = `${SHOP_SCOPE}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/orders-caller`;

const [API] = aSpec().apis;
const OTHER_SUBSCRIPTION = STRANGER.principalId;

function objectOf(spec: Partial<SecuredFunctionBackendSpec>): SecuredFunctionBackend {
  return aBackend({ spec });
}

function inGroup(resourceGroup: string): Partial<SecuredFunctionBackendSpec> {
  return {
    functionApp: { ...aSpec().functionApp, resourceGroup },
    apis: [{ ...API!, resourceGroup }],
  };
}

/** Whether the only grant there is covers the object. */
function isGranted(spec: Partial<SecuredFunctionBackendSpec>, grant: Partial<Grant>): boolean {
  return judgeGrant(objectOf(spec), {}, [aGrant(grant)]) === undefined;
}

interface Case {
  readonly name: string;
  readonly spec?: Partial<SecuredFunctionBackendSpec>;
  readonly grant?: Partial<Grant>;
}

describe("a grant covers", () => {
  const slot = { ...aSpec().functionApp, slot: "staging" };
  test.each<Case>([
    { name: "what lies in its resource group" },
    {
      name: "what lies in its subscription",
      grant: { scopes: [`/subscriptions/${SUBSCRIPTION}`] },
    },
    { name: "single resources", grant: { scopes: [SITE, `${SERVICE}/apis/orders`] } },
    { name: "the APIs of its service", grant: { scopes: [SITE, SERVICE] } },
    {
      name: "the slots of its Function App",
      spec: { functionApp: slot },
      grant: { scopes: [SITE, SERVICE] },
    },
    {
      name: "a single slot",
      spec: { functionApp: slot },
      grant: { scopes: [`${SITE}/slots/Staging`, SERVICE] },
    },
    { name: "names in another letter case", spec: inGroup("SHOP") },
    {
      name: "ids in another letter case",
      grant: { scopes: [SHOP_SCOPE.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions")] },
    },
    {
      name: "names that are percent-encoded in ids",
      spec: inGroup("(läden)"),
      grant: { scopes: [SHOP_SCOPE.replace("shop", "(läden)")] },
    },
    {
      name: "a managed registration, where it says so",
      spec: { registration: { tokenVersion: "Auto" } },
      grant: { audiences: { clientIds: [], managedRegistrations: "Allow" } },
    },
    {
      name: "its user-assigned identity, in another letter case",
      spec: {
        identity: {
          type: "UserAssigned",
          management: "Ensure",
          resourceId: IDENTITY.replace("orders-caller", "Orders-Caller"),
        },
      },
      grant: { identities: { systemAssigned: "Deny", userAssigned: [IDENTITY] } },
    },
  ])("$name", ({ spec = {}, grant = {} }) => {
    expect(isGranted(spec, grant)).toBe(true);
  });
});

describe("a grant does not cover", () => {
  test.each<Case & { readonly names: string }>([
    { name: "a group that begins alike", spec: inGroup("shop2"), names: "resourceGroups/shop2/" },
    { name: "a group that ends alike", spec: inGroup("myshop"), names: "resourceGroups/myshop/" },
    {
      name: "a group of that name in another subscription",
      spec: { functionApp: { ...aSpec().functionApp, subscriptionId: OTHER_SUBSCRIPTION } },
      names: `the Function App /subscriptions/${OTHER_SUBSCRIPTION}/`,
    },
    {
      name: "letters that only look alike when folded",
      spec: inGroup("shop\u212A"),
      grant: { scopes: [SHOP_SCOPE.replace("shop", "shopk")] },
      names: "spec.functionApp",
    },
    {
      name: "the app, when it names a slot",
      grant: { scopes: [`${SITE}/slots/staging`, SERVICE] },
      names: "spec.functionApp",
    },
    {
      name: "another slot",
      spec: { functionApp: { ...aSpec().functionApp, slot: "canary" } },
      grant: { scopes: [`${SITE}/slots/staging`, SERVICE] },
      names: "slots/canary",
    },
    {
      name: "another API of the service",
      grant: { scopes: [SITE, `${SERVICE}/apis/stock`] },
      names: "spec.apis[0]",
    },
    {
      name: "a revision in the place of an API",
      spec: { apis: [{ ...API!, name: "orders;Rev=2" }] },
      grant: { scopes: [SITE, `${SERVICE}/apis/orders`] },
      names: "spec.apis[0]",
    },
    {
      name: "the second API, when the first is covered",
      spec: { apis: [API!, { ...API!, serviceName: "fabrikam-apim" }] },
      grant: { scopes: [SITE, SERVICE] },
      names: "spec.apis[1]",
    },
    {
      name: "a name that climbs out of its group",
      spec: inGroup("shop/../stock"),
      names: "spec.functionApp",
      grant: { scopes: [SITE, SERVICE] },
    },
    {
      name: "another audience",
      spec: { registration: { clientId: STRANGER.clientId, tokenVersion: "Auto" } },
      names: `the audience ${STRANGER.clientId}`,
    },
    {
      name: "a managed registration, unless it says so",
      spec: { registration: { tokenVersion: "Auto" } },
      names: "a managed registration",
    },
    {
      name: "any audience, when it allows managed registrations",
      grant: { audiences: { clientIds: [], managedRegistrations: "Allow" } },
      names: `the audience ${AUDIENCE}`,
    },
    {
      name: "the services' own identity, unless it says so",
      grant: { identities: { systemAssigned: "Deny", userAssigned: [IDENTITY] } },
      names: "spec.identity.type",
    },
    {
      name: "a user-assigned identity that it does not name",
      spec: {
        identity: { type: "UserAssigned", management: "Ensure", resourceId: `${IDENTITY}-2` },
      },
      grant: { identities: { systemAssigned: "Allow", userAssigned: [IDENTITY] } },
      names: `the identity ${IDENTITY}-2`,
    },
    {
      name: "anything through an empty scope",
      grant: { scopes: ["", "/", "/subscriptions"] },
      names: "spec.functionApp",
    },
  ])("$name", ({ spec = {}, grant = {}, names }) => {
    const obstacle = judgeGrant(objectOf(spec), {}, [aGrant(grant)]);
    expect(obstacle).toMatchObject({ kind: "blocked", reason: "ScopeNotGranted" });
    expect(obstacle?.message).toContain(names);
  });

  test("halves of two grants", () => {
    const grants = [
      aGrant({
        name: "resources",
        audiences: { clientIds: [STRANGER.clientId], managedRegistrations: "Deny" },
      }),
      aGrant({ name: "audience", scopes: [SHOP_SCOPE.replace("shop", "stock")] }),
    ];
    expect(judgeGrant(aBackend(), {}, grants)?.reason).toBe("ScopeNotGranted");
  });
});

describe("the message", () => {
  test("says that there is no grant for the namespace", () => {
    const grants = [aGrant({ name: "of-others", namespaces: { names: ["bank"] } })];
    expect(judgeGrant(aBackend(), {}, grants)?.message).toBe("No grant is for namespace shop.");
    expect(judgeGrant(aBackend(), {}, [])?.message).toBe("No grant is for namespace shop.");
  });

  test("names the nearest grant, everything it lacks, and where the spec asks for it", () => {
    const far = aGrant({ name: "far", scopes: [SHOP_SCOPE.replace("shop", "stock")] });
    const near = aGrant({
      name: "near",
      scopes: [SITE],
      audiences: { clientIds: [STRANGER.clientId], managedRegistrations: "Deny" },
    });
    expect(judgeGrant(aBackend(), {}, [far, near])?.message).toBe(
      "No grant for namespace shop covers the object wholly. The nearest, far, lacks " +
        `the Function App ${SITE} (spec.functionApp); the API ${SERVICE}/apis/orders (spec.apis[0]).`,
    );
    expect(judgeGrant(aBackend(), {}, [near])?.message).toContain(
      `near, lacks the API ${SERVICE}/apis/orders (spec.apis[0]); the audience ${AUDIENCE} (spec.registration.clientId).`,
    );
  });

  test("tells nothing of grants for other namespaces, however near", () => {
    const others = aGrant({ name: "secret-project", namespaces: { names: ["bank"] } });
    const own = aGrant({ scopes: [SHOP_SCOPE.replace("shop", "stock")] });
    expect(judgeGrant(aBackend(), {}, [others, own])?.message).not.toContain("secret-project");
  });
});

describe("laws", () => {
  const group = fc.constantFrom("shop", "SHOP", "shop2", "stock", "sho");
  const scope = fc.oneof(
    group.map((name) => SHOP_SCOPE.replace("shop", name)),
    fc.constantFrom(SITE, SERVICE, `${SERVICE}/apis/orders`, `/subscriptions/${SUBSCRIPTION}`),
  );
  const grant = fc
    .record({
      name: fc.constantFrom("a", "b", "c"),
      names: fc.subarray(["shop", "bank"]),
      scopes: fc.array(scope, { minLength: 1, maxLength: 3 }),
      clientIds: fc.subarray([AUDIENCE, STRANGER.clientId]),
      managedRegistrations: fc.constantFrom("Allow" as const, "Deny" as const),
      systemAssigned: fc.constantFrom("Allow" as const, "Deny" as const),
    })
    .map(({ name, names, scopes, clientIds, managedRegistrations, systemAssigned }) =>
      aGrant({
        name,
        namespaces: { names },
        scopes,
        audiences: { clientIds, managedRegistrations },
        identities: { systemAssigned, userAssigned: [] },
      }),
    );
  const grants = fc.array(grant, { maxLength: 5 });
  const object = fc.tuple(group, fc.boolean()).map(([name, isManaged]) =>
    objectOf({
      ...inGroup(name),
      ...(isManaged && { registration: { tokenVersion: "Auto" as const } }),
    }),
  );

  test("another grant never takes away what is granted, wherever it stands", () => {
    fc.assert(
      fc.property(object, grants, grants, (asked, some, more) => {
        fc.pre(judgeGrant(asked, {}, some) === undefined);
        expect(judgeGrant(asked, {}, [...more, ...some])).toBeUndefined();
      }),
    );
  });

  test("an object is granted when, and only when, one grant alone covers it", () => {
    fc.assert(
      fc.property(object, grants, (asked, all) => {
        const isCoveredByOne = all.some((one) => judgeGrant(asked, {}, [one]) === undefined);
        expect(judgeGrant(asked, {}, all) === undefined).toBe(isCoveredByOne);
      }),
    );
  });

  test("letter case of ASCII makes no difference", () => {
    fc.assert(
      fc.property(object, grants, (asked, all) => {
        const loud = all.map((one) => ({
          ...one,
          scopes: one.scopes.map((id) => id.toUpperCase()),
        }));
        expect(judgeGrant(asked, {}, loud) === undefined).toBe(
          judgeGrant(asked, {}, all) === undefined,
        );
      }),
    );
  });
});
