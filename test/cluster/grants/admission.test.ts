import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type {
  Grant,
  GrantedNamespaces,
} from "../../../controller/api/v1alpha1/grant-types.generated.ts";
import type { SecuredFunctionBackendSpec } from "../../../controller/api/v1alpha1/types.generated.ts";
import { judgeGrant } from "../../../controller/grants/judge-grant.ts";
import { aBackend, aSpec, AUDIENCE, STRANGER, SUBSCRIPTION } from "../../support/builders.ts";
import { aGrant, SHOP_SCOPE } from "../../support/grants.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { GuardedCluster } from "./guarded-cluster.ts";

const SITE = `${SHOP_SCOPE}/providers/Microsoft.Web/sites/orders-func`;
const SERVICE = `${SHOP_SCOPE}/providers/Microsoft.ApiManagement/service/contoso-apim`;
const IDENTITY = `${SHOP_SCOPE}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/caller`;
const ROUNDS = 12;
const OBJECTS_PER_ROUND = 25;
const SELECTORS = 80;

const [API] = aSpec().apis;

const group = fc.constantFrom("shop", "SHOP", "shop2", "läden");
const spec: fc.Arbitrary<SecuredFunctionBackendSpec> = fc
  .record({
    group,
    apiGroup: group,
    slot: fc.constantFrom(undefined, "staging", "Canary"),
    apiNames: fc.subarray(["orders", "Orders.v2", "stock"], { minLength: 1 }),
    clientId: fc.constantFrom(undefined, AUDIENCE, STRANGER.clientId),
    identity: fc.constantFrom(
      undefined,
      IDENTITY,
      IDENTITY.replace("caller", "Caller"),
      `${IDENTITY}2`,
    ),
  })
  .map((chosen) =>
    aSpec({
      functionApp: {
        ...aSpec().functionApp,
        resourceGroup: chosen.group,
        ...(chosen.slot !== undefined && { slot: chosen.slot }),
      },
      apis: chosen.apiNames.map((name) => ({ ...API!, resourceGroup: chosen.apiGroup, name })),
      registration: {
        tokenVersion: "Auto",
        ...(chosen.clientId !== undefined && { clientId: chosen.clientId }),
      },
      identity: {
        management: "Ensure",
        type: chosen.identity === undefined ? "SystemAssigned" : "UserAssigned",
        ...(chosen.identity !== undefined && { resourceId: chosen.identity }),
      },
      verification: { direct: "Enabled", gateway: [] },
    }),
  );

const scope = fc.constantFrom(
  `/subscriptions/${SUBSCRIPTION}`,
  SHOP_SCOPE,
  SHOP_SCOPE.replace("resourceGroups", "resourcegroups"),
  SHOP_SCOPE.replace("shop", "läden"),
  SITE,
  `${SITE}/slots/STAGING`,
  SERVICE,
  `${SERVICE}/apis/orders`,
  `${SERVICE}/apis/orders.V2`,
);

const label = { key: fc.constantFrom("team", "stage"), value: fc.constantFrom("shop", "bank", "") };
const values = fc.uniqueArray(label.value, { minLength: 1 });
const expression = fc.oneof(
  fc.record({ key: label.key, operator: fc.constantFrom("In" as const, "NotIn" as const), values }),
  fc.record({
    key: label.key,
    operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const),
    values: fc.constant<string[]>([]),
  }),
);
const selector = fc
  .record({
    matchLabels: fc.dictionary(label.key, label.value, { maxKeys: 2 }),
    matchExpressions: fc.array(expression, { maxLength: 2 }),
  })
  .filter((each) => Object.keys(each.matchLabels).length + each.matchExpressions.length > 0);

function grantFor(names: readonly string[]): fc.Arbitrary<Grant> {
  const namespaces: fc.Arbitrary<GrantedNamespaces> = fc.oneof(
    fc.record({ names: fc.subarray([...names], { minLength: 1 }) }),
    fc.record({ names: fc.subarray([...names]), selector }),
  );
  return fc
    .record({
      namespaces,
      scopes: fc.uniqueArray(scope, { minLength: 1, maxLength: 4 }),
      clientIds: fc.subarray([AUDIENCE, STRANGER.clientId], { minLength: 1 }),
      managedRegistrations: fc.constantFrom("Allow" as const, "Deny" as const),
      systemAssigned: fc.constantFrom("Allow" as const, "Allow" as const, "Deny" as const),
      userAssigned: fc.constant<string[]>([IDENTITY]),
    })
    .map((each) => ({
      name: "",
      namespaces: each.namespaces,
      scopes: each.scopes,
      audiences: { clientIds: each.clientIds, managedRegistrations: each.managedRegistrations },
      identities: { systemAssigned: each.systemAssigned, userAssigned: each.userAssigned },
    }));
}

describeInCluster("the API server, with the shipped admission policy", () => {
  let guarded: GuardedCluster;
  beforeAll(async () => {
    guarded = await GuardedCluster.start();
  }, 60_000);
  afterAll(() => guarded[Symbol.asyncDispose]());

  test("and the controller judge alike", async () => {
    const labels = [{ team: "shop", stage: "" }, { team: "bank" }, {}];
    const names = await Promise.all(labels.map((each) => guarded.namespace(each)));
    const grants = fc
      .array(grantFor(names), { maxLength: 4 })
      .map((all) => all.map((each, index) => ({ ...each, name: `grant-${index}` })));
    const seen = { granted: 0, refused: 0 };
    for (const [round, list] of fc.sample(grants, { numRuns: ROUNDS, seed: 5 }).entries()) {
      await guarded.grant(list);
      for (const [index, each] of fc
        .sample(spec, { numRuns: OBJECTS_PER_ROUND, seed: round })
        .entries()) {
        const at = index % names.length;
        const namespace = names[at]!;
        const object = aBackend({ metadata: { namespace }, spec: each });
        const known = { "kubernetes.io/metadata.name": namespace, ...labels[at] };
        const isGranted = judgeGrant(object, known, list) === undefined;
        const { status, body } = await guarded.tryCreate(namespace, object);
        expect({ status, list, object, body }).toMatchObject({ status: isGranted ? 201 : 403 });
        seen[isGranted ? "granted" : "refused"] += 1;
      }
    }
    // Neither verdict is there by luck only.
    expect(Math.min(seen.granted, seen.refused)).toBeGreaterThan(20);
  }, 120_000);

  test("and the controller select the same namespaces by label", async () => {
    const labels = [{ team: "shop", stage: "" }, { team: "bank" }, {}];
    const names = await Promise.all(labels.map((each) => guarded.namespace(each)));
    // Each grant is known by its audience, so that all can be tried together.
    const grants = fc.sample(selector, { numRuns: SELECTORS, seed: 7 }).map((each, index) =>
      aGrant({
        name: `grant-${index}`,
        namespaces: { names: [], selector: each },
        audiences: {
          clientIds: [`88888888-8888-4888-8888-${String(index).padStart(12, "0")}`],
          managedRegistrations: "Deny",
        },
      }),
    );
    await guarded.grant(grants);
    const seen = { granted: 0, refused: 0 };
    for (const { namespaces, audiences } of grants) {
      for (const [at, namespace] of names.entries()) {
        const registration = { clientId: audiences.clientIds[0]!, tokenVersion: "Auto" } as const;
        const object = aBackend({ metadata: { namespace }, spec: { registration } });
        const isGranted = judgeGrant(object, labels[at], grants) === undefined;
        const { status } = await guarded.tryCreate(namespace, object);
        expect({ status, namespaces, labels: labels[at] }).toMatchObject({
          status: isGranted ? 201 : 403,
        });
        seen[isGranted ? "granted" : "refused"] += 1;
      }
    }
    expect(Math.min(seen.granted, seen.refused)).toBeGreaterThan(30);
  }, 60_000);

  test("says what is not granted, and nothing of grants for others", async () => {
    const namespace = await guarded.namespace();
    const other = aGrant({ name: "secret-project", namespaces: { names: ["bank"] } });
    const own = aGrant({ name: "own", namespaces: { names: [namespace] } });
    const message = async (changes: Partial<SecuredFunctionBackendSpec>) => {
      const { body } = await guarded.tryCreate(namespace, aBackend({ spec: changes }));
      return (body as { message: string }).message.split("denied request: ")[1];
    };
    const advice = "; ask whoever administers the cluster for one, or correct the object";

    await guarded.grant([other]);
    expect(await message({})).toBe(`no grant is for namespace ${namespace}${advice}`);
    await guarded.grant([other, own]);
    const { clientId } = STRANGER;
    expect(await message({ registration: { clientId, tokenVersion: "Auto" } })).toBe(
      `no grant for namespace ${namespace} (own) covers the audience spec.registration.clientId${advice}`,
    );
    expect(await message({ registration: { tokenVersion: "Auto" } })).toBe(
      `no grant for namespace ${namespace} (own) covers a managed registration (spec.registration without clientId)${advice}`,
    );
    const identity = { type: "UserAssigned", management: "Ensure", resourceId: IDENTITY } as const;
    expect(await message({ identity })).toBe(
      `no grant for namespace ${namespace} (own) covers spec.identity together with the audience${advice}`,
    );
    expect(await message({ functionApp: { ...aSpec().functionApp, resourceGroup: "bank" } })).toBe(
      `no grant for namespace ${namespace} (own) covers spec.functionApp and all of spec.apis together with audience and identity${advice}`,
    );
  });

  test("judges the longest list of grants without running out of its budget", async () => {
    const namespace = await guarded.namespace();
    const fill = (length: number, text: (index: number) => string) =>
      Array.from({ length }, (_, index) => text(index));
    const many = fill(250, (index) => `other-${index}`).map((name) =>
      aGrant({
        name,
        namespaces: {
          names: fill(64, (index) => `${name}-${index}`),
          selector: { matchLabels: { team: name }, matchExpressions: [] },
        },
        scopes: [SHOP_SCOPE],
      }),
    );
    const own = aGrant({
      name: "own",
      namespaces: { names: [namespace] },
      scopes: [...fill(63, (index) => SITE.replace("orders-func", `func-${index}`)), SHOP_SCOPE],
    });
    await guarded.grant([...many, own]);
    const apis = fill(16, (index) => `api-${index}`).map((name) => ({ ...API!, name }));
    const verification = { direct: "Enabled", gateway: [] } as const;

    const granted = await guarded.tryCreate(
      namespace,
      aBackend({ spec: { apis, verification: { ...verification, gateway: [] } } }),
    );
    const [first, ...others] = apis;
    const strayed = [...others, { ...first!, resourceGroup: "bank" }];
    const refused = await guarded.tryCreate(
      namespace,
      aBackend({ spec: { apis: strayed, verification: { ...verification, gateway: [] } } }),
    );

    expect(granted).toMatchObject({ status: 201 });
    expect(refused).toMatchObject({ status: 403 });
  });
});
