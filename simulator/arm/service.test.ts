import { describe, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { apimUrl, SERVICE_ID } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";
import { demoService, demoWorld } from "../world/demo-world.ts";

const [USER_IDENTITY] = demoWorld().userAssignedIdentities;
const USER_IDENTITY_ID = `${SERVICE_ID.split("/providers/")[0]}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${USER_IDENTITY?.name}`;
const DEFAULT_IDENTITY_URL = `${SERVICE_ID}/providers/Microsoft.ManagedIdentity/identities/default?api-version=2023-01-31`;

async function start(options: Parameters<typeof startTestSimulator>[0] = {}) {
  const azure = await startTestSimulator(options);
  return { azure, arm: await createArmClient(azure), [Symbol.asyncDispose]: () => azure.close() };
}

describe("a service without identity", () => {
  test("shows null, and has no identity resource", async () => {
    await using world = await start();

    const service = await world.arm("GET", apimUrl(SERVICE_ID));

    expect(service.status).toBe(200);
    expect(service.json).toMatchObject({
      identity: null,
      properties: { provisioningState: "Succeeded", targetProvisioningState: "" },
    });
    expect(service.text).not.toContain("\n");
    expect((await world.arm("GET", DEFAULT_IDENTITY_URL)).status).toBe(404);
  });
});

describe("PATCH of a service", () => {
  test("answers 202 whose body already says Succeeded, and is polled to the end", async () => {
    await using world = await start({ settings: { operationRetryAfterInSeconds: 7 } });

    const patched = await world.arm("PATCH", apimUrl(SERVICE_ID), {
      identity: { type: "SystemAssigned" },
      properties: {},
    });

    expect(patched.status).toBe(202);
    expect(patched.header("retry-after")).toBe("7");
    expect(patched.json).toMatchObject({
      identity: { type: "SystemAssigned", tenantId: demoWorld().tenantId },
      properties: { provisioningState: "Succeeded", targetProvisioningState: "Updating" },
    });
    const running = await world.arm("GET", patched.header("location"));
    expect([running.status, running.text, running.header("retry-after")]).toEqual([202, "", "7"]);

    await world.azure.control.advanceClock(1000);

    const ended = await world.arm("GET", patched.header("location"));
    expect(ended.status).toBe(200);
    expect(ended.json).toMatchObject({ properties: { targetProvisioningState: "" } });
    const identity = await world.arm("GET", DEFAULT_IDENTITY_URL);
    expect(identity.string("properties", "principalId")).toBe(
      patched.string("identity", "principalId"),
    );
  });

  test("that changes nothing answers 200 with the same etag", async () => {
    await using world = await start();
    const before = await world.arm("GET", apimUrl(SERVICE_ID));

    const patched = await world.arm("PATCH", apimUrl(SERVICE_ID), { properties: {} });

    expect(patched.status).toBe(200);
    expect(patched.string("etag")).toBe(before.string("etag"));
  });

  test("is refused while another one runs", async () => {
    await using world = await start();
    await world.arm("PATCH", apimUrl(SERVICE_ID), { identity: { type: "SystemAssigned" } });

    const second = await world.arm("PATCH", apimUrl(SERVICE_ID), { identity: { type: "None" } });

    expect(second.status).toBe(409);
    expect(second.string("error", "code")).toBe("PessimisticConcurrencyConflict");
  });

  test("whose operation fails leaves the identity as it was", async () => {
    await using world = await start();
    await world.azure.control.fault({
      match: { listener: "arm", method: "PATCH" },
      fault: { operation: { kind: "fails", code: "ServiceUpdateFailed", message: "No capacity." } },
    });
    const patched = await world.arm("PATCH", apimUrl(SERVICE_ID), {
      identity: { type: "SystemAssigned" },
    });
    await world.azure.control.advanceClock(1000);

    const ended = await world.arm("GET", patched.header("location"));

    expect(ended.string("error", "code")).toBe("ServiceUpdateFailed");
    expect((await world.arm("GET", apimUrl(SERVICE_ID))).json).toMatchObject({
      identity: null,
      properties: { provisioningState: "Failed" },
    });
  });

  test("whose operation never ends stays updating", async () => {
    await using world = await start({ settings: { asyncOperationHeader: true } });
    await world.azure.control.fault({
      match: { method: "PATCH" },
      fault: { operation: { kind: "never-ends" } },
    });
    const patched = await world.arm("PATCH", apimUrl(SERVICE_ID), {
      identity: { type: "SystemAssigned" },
    });
    await world.azure.control.advanceClock(30 * 60 * 1000);

    const status = await world.arm("GET", patched.header("azure-asyncoperation"));

    expect(status.json).toEqual({ status: "InProgress" });
  });
});

describe("identities of a service", () => {
  const keep = { [USER_IDENTITY_ID]: {} };

  test.each([
    {
      name: "user-assigned identities stay when they are listed",
      identity: { type: "SystemAssigned, UserAssigned", userAssignedIdentities: keep },
      type: "SystemAssigned, UserAssigned",
      listed: [USER_IDENTITY_ID],
    },
    {
      name: "the spelling without a space is taken too",
      identity: { type: "SystemAssigned,UserAssigned", userAssignedIdentities: keep },
      type: "SystemAssigned, UserAssigned",
      listed: [USER_IDENTITY_ID],
    },
    {
      name: "user-assigned identities go when the type does not name them",
      identity: { type: "SystemAssigned" },
      type: "SystemAssigned",
      listed: [],
    },
  ])("$name", async ({ identity, type, listed }) => {
    await using world = await start({
      world: { services: [{ ...demoService(), identity: { userAssigned: ["orders-gateway"] } }] },
    });

    const patched = await world.arm("PATCH", apimUrl(SERVICE_ID), { identity });

    expect(patched.status).toBe(202);
    const after = patched.json as { identity: { userAssignedIdentities?: object } };
    expect(patched.string("identity", "type")).toBe(type);
    expect(Object.keys(after.identity.userAssignedIdentities ?? {})).toEqual(listed);
  });

  test.each([
    {
      name: "read-only ids are echoed",
      userAssignedIdentities: { [USER_IDENTITY_ID]: { clientId: "x", principalId: "y" } },
    },
    { name: "none is listed", userAssignedIdentities: {} },
  ])("InvalidIdentityValues when $name", async ({ userAssignedIdentities }) => {
    await using world = await start();

    const refused = await world.arm("PATCH", apimUrl(SERVICE_ID), {
      identity: { type: "UserAssigned", userAssignedIdentities },
    });

    expect(refused.status).toBe(400);
    expect(refused.string("error", "code")).toBe("InvalidIdentityValues");
  });

  test("switched off and on, the system identity has new ids", async () => {
    await using world = await start();
    const ids: string[] = [];
    for (const type of ["SystemAssigned", "None", "SystemAssigned"]) {
      const patched = await world.arm("PATCH", apimUrl(SERVICE_ID), { identity: { type } });
      await world.azure.control.advanceClock(1000);
      if (type !== "None") ids.push(patched.string("identity", "principalId"));
    }

    expect(new Set(ids).size).toBe(2);
  });
});
