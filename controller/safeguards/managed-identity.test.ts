import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assess } from "../../test/support/assess.ts";
import { aService, GATEWAY, SERVICE, START, TENANT } from "../../test/support/builders.ts";
import { azureError, FakeAzure } from "../../test/support/fake-azure.ts";
import type { OperationState, Service } from "../azure/door.ts";
import { managedIdentity } from "./managed-identity.ts";
import { KNOWN_AFTER_APPLY, type Obstacle } from "./safeguard.ts";

const IDENTITIES =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities";
const MINE = `${IDENTITIES}/mine`;
const THEIRS = `${IDENTITIES}/theirs`;
const ENSURE = { type: "SystemAssigned", management: "Ensure" } as const;
const USER_ASSIGNED = { type: "UserAssigned", resourceId: MINE, management: "Ensure" } as const;

const operations = [
  { resourceId: SERVICE.toUpperCase(), url: "https://arm/operation", startedAt: START },
];
const without = { identityTypes: [], principalId: undefined, tenantId: undefined };

function azureWith(service: Partial<Service>, operation?: OperationState): FakeAzure {
  const azure = new FakeAzure({ service: aService(service) });
  if (operation !== undefined) azure.operation = operation;
  return azure;
}

describe("what is to be changed", () => {
  test("nothing where the identity is there", async () => {
    const { changes, obstacle, facts } = await assess(managedIdentity, azureWith({}));
    expect({ changes, obstacle }).toEqual({ changes: [], obstacle: undefined });
    expect(facts.gateways).toMatchObject([
      {
        serviceId: SERVICE,
        ...GATEWAY,
        tenantId: TENANT,
        url: "https://contoso-apim.azure-api.net",
        hosts: ["contoso-apim.azure-api.net"],
      },
    ]);
  });

  test.each([
    {
      name: "none before",
      types: [],
      others: [],
      spec: ENSURE,
      type: "SystemAssigned",
      ids: undefined,
    },
    {
      name: "others' identities are kept, with empty bodies, since Azure refuses its own members back",
      types: ["UserAssigned"],
      others: [THEIRS],
      spec: ENSURE,
      type: "SystemAssigned, UserAssigned",
      ids: { [THEIRS]: {} },
    },
    {
      name: "the service's own identity is kept",
      types: ["SystemAssigned"],
      others: [],
      spec: USER_ASSIGNED,
      type: "SystemAssigned, UserAssigned",
      ids: { [MINE]: {} },
    },
    {
      name: "one more user-assigned identity",
      types: ["UserAssigned"],
      others: [THEIRS],
      spec: USER_ASSIGNED,
      type: "UserAssigned",
      ids: { [THEIRS]: {}, [MINE]: {} },
    },
  ])("$name", async ({ types, others, spec, type, ids }) => {
    const azure = azureWith({
      identityTypes: types,
      userAssignedIdentities: others.map((resourceId) => ({ resourceId, ...GATEWAY })),
    });
    const { changes } = await assess(managedIdentity, azure, { spec: { identity: spec } });
    expect(changes.map(({ patch, resource }) => ({ patch, resource }))).toEqual([
      {
        resource: SERVICE,
        patch: {
          kind: "service-identity",
          identity: { type, ...(ids && { userAssignedIdentities: ids }) },
        },
      },
    ]);
  });

  test("no identity of others ever falls out of the PATCH", async () => {
    const others = fc.uniqueArray(fc.nat(50).map((number) => `${IDENTITIES}/other-${number}`));
    await fc.assert(
      fc.asyncProperty(others, fc.constantFrom(ENSURE, USER_ASSIGNED), async (ids, identity) => {
        const azure = azureWith({
          identityTypes: ids.length > 0 ? ["UserAssigned"] : [],
          userAssignedIdentities: ids.map((resourceId) => ({ resourceId, ...GATEWAY })),
        });
        const { changes } = await assess(managedIdentity, azure, { spec: { identity } });
        const sent = changes.flatMap(({ patch }) =>
          patch.kind === "service-identity"
            ? Object.entries(patch.identity.userAssignedIdentities ?? {})
            : [],
        );
        expect(new Map(sent).keys().toArray()).toEqual(expect.arrayContaining(ids));
        expect(sent.map(([, body]) => body)).toEqual(sent.map(() => ({})));
      }),
    );
  });

  test("an identity is known by its id, whatever the letter case", async () => {
    const azure = azureWith({
      identityTypes: ["UserAssigned"],
      userAssignedIdentities: [{ resourceId: MINE.toUpperCase(), ...GATEWAY }],
    });
    const { changes, facts } = await assess(managedIdentity, azure, {
      spec: { identity: USER_ASSIGNED },
    });
    expect(changes).toEqual([]);
    expect(facts.gateways?.[0]).toMatchObject(GATEWAY);
  });
});

test("a service whose last change failed is at rest, and is changed again", async () => {
  const azure = azureWith({ ...without, provisioningState: "Failed" });
  const { changes, obstacle } = await assess(managedIdentity, azure);
  expect(obstacle).toBeUndefined();
  expect(changes).toMatchObject([{ path: "managed-identity:/identity/type" }]);
});

describe("what is in the way", () => {
  interface Row {
    readonly name: string;
    readonly service: Partial<Service>;
    readonly operation?: OperationState;
    readonly elapsedInMs?: number;
    readonly wanted: Partial<Obstacle> | undefined;
  }
  const hour = 3_600_000;
  const busy = { kind: "waiting", reason: "GatewayBusy" } as const;
  test.each<Row>([
    {
      name: "being created",
      service: { ...without, provisioningState: "Activating" },
      wanted: busy,
    },
    {
      name: "the body says Succeeded while the service works on it",
      service: { ...without, targetProvisioningState: "Updating" },
      wanted: busy,
    },
    {
      name: "busy with something else, the identity being there: no reason to wait",
      service: { targetProvisioningState: "Updating" },
      wanted: undefined,
    },
    {
      name: "the operation runs: wait as long as it says",
      service: without,
      operation: { state: "InProgress", retryAfterInMs: 20_000 },
      wanted: { ...busy, retryAfterInMs: 20_000 },
    },
    {
      name: "the operation runs although the identity is there already",
      service: {},
      operation: { state: "InProgress" },
      wanted: busy,
    },
    {
      name: "the operation runs for three hours to the millisecond",
      service: without,
      operation: { state: "InProgress" },
      elapsedInMs: 3 * hour,
      wanted: busy,
    },
    {
      name: "the operation runs for longer than any does",
      service: without,
      operation: { state: "InProgress" },
      elapsedInMs: 3 * hour + 1,
      wanted: { kind: "blocked", reason: "OperationFailed" },
    },
    {
      name: "the operation failed",
      service: without,
      operation: { state: "Failed", message: "No capacity." },
      wanted: {
        kind: "blocked",
        reason: "OperationFailed",
        message: "API Management contoso-apim could not turn its identity on: No capacity.",
      },
    },
    {
      name: "the operation failed and the identity is there all the same",
      service: {},
      operation: { state: "Failed" },
      wanted: undefined,
    },
    {
      name: "the operation is done",
      service: {},
      operation: { state: "Succeeded" },
      wanted: undefined,
    },
  ])("$name", async ({ service, operation, elapsedInMs = 0, wanted }) => {
    const azure = azureWith(service);
    const door = azure.door.apiManagement;
    if (operation !== undefined) door.getOperation = async () => operation;
    const { obstacle, changes } = await assess(managedIdentity, azure, {
      operations: operation === undefined ? [] : operations,
      elapsedInMs,
    });
    expect({ obstacle, changes }).toMatchObject({ obstacle: wanted, changes: [] });
  });

  test.each([
    ["that Azure no longer knows", azureError("TargetNotFound", "Terminal", 404)],
    ["that the role does not reach", azureError("PermissionMissing", "Terminal", 403)],
  ])("an operation %s: the states of the service decide", async (_, error) => {
    const azure = azureWith(without);
    azure.before = (call) => {
      if (call === "getOperation") throw error;
    };
    const { obstacle, changes } = await assess(managedIdentity, azure, { operations });
    expect(obstacle).toBeUndefined();
    expect(changes).toHaveLength(1);
  });

  test("an operation that cannot be looked at now says nothing", async () => {
    const azure = azureWith(without);
    azure.before = (call) => {
      if (call === "getOperation") throw azureError("Throttled", "Wait", 429);
    };
    await expect(assess(managedIdentity, azure, { operations })).rejects.toMatchObject({
      reason: "Throttled",
    });
  });

  test("Require forbids turning it on", async () => {
    const identity = { ...ENSURE, management: "Require" } as const;
    const { obstacle, changes } = await assess(managedIdentity, azureWith(without), {
      spec: { identity },
    });
    expect(obstacle).toMatchObject({ kind: "blocked", reason: "IdentityMissing" });
    expect(changes).toEqual([]);
  });

  test.each([{ missing: "clientId" }, { missing: "principalId" }])(
    "$missing that is not readable yet is waited for: a list without it would be half a lock",
    async ({ missing }) => {
      const azure = azureWith({
        identityTypes: ["UserAssigned"],
        userAssignedIdentities: [{ resourceId: MINE, ...GATEWAY, [missing]: undefined }],
      });
      const { obstacle, facts } = await assess(managedIdentity, azure, {
        spec: { identity: USER_ASSIGNED },
      });
      expect(obstacle).toMatchObject({ kind: "waiting", reason: "IdentityNotYetKnown" });
      expect(facts.gateways?.[0]).toMatchObject({ [missing]: KNOWN_AFTER_APPLY });
    },
  );
});
