import { describe, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { API_ID, apimUrl, SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";
import { KNOWN_FAULTS } from "./known-faults.ts";

const SITE = webUrl(SITE_ID);
const SETTINGS = webUrl(`${SITE_ID}/config/authsettingsV2`);
const ENABLED = { properties: { platform: { enabled: true } } };

async function start() {
  const azure = await startTestSimulator();
  return { azure, arm: await createArmClient(azure), [Symbol.asyncDispose]: () => azure.close() };
}

describe("which requests a fault meets", () => {
  test("as often as told, after letting pass as many as told, and only where it matches", async () => {
    await using world = await start();
    await world.azure.control.fault({
      match: { listener: "arm", method: "get", path: "/SITES/" },
      after: 1,
      times: 2,
      fault: { status: 503 },
    });

    const statuses: number[] = [];
    for (const path of [SITE, SITE, apimUrl(API_ID), SITE, SITE]) {
      statuses.push((await world.arm("GET", path)).status);
    }

    expect(statuses).toEqual([200, 503, 200, 503, 200]);
  });

  test("none after they were cleared", async () => {
    await using world = await start();
    await world.azure.control.fault({ match: {}, times: 9, fault: { status: 503 } });
    await world.azure.control.clearFaults();

    expect((await world.arm("GET", SITE)).status).toBe(200);
  });
});

describe("what goes wrong", () => {
  test.each([
    { applyWrite: true, enabled: true },
    { applyWrite: false, enabled: false },
  ])("a 504 with the write done: $applyWrite", async ({ applyWrite, enabled }) => {
    await using world = await start();
    await world.azure.control.fault({
      match: { method: "PUT" },
      applyWrite,
      fault: { status: 504, headers: { "x-ms-failure-cause": "service" }, body: { error: {} } },
    });

    const answer = await world.arm("PUT", SETTINGS, ENABLED);

    expect([answer.status, answer.header("x-ms-failure-cause")]).toEqual([504, "service"]);
    expect((await world.arm("GET", SETTINGS)).json).toMatchObject({
      properties: { platform: { enabled } },
    });
  });

  test.each([{ applyWrite: true }, { applyWrite: false }])(
    "the connection is cut, with the write done: $applyWrite",
    async ({ applyWrite }) => {
      await using world = await start();
      await world.azure.control.fault({
        match: { method: "PUT" },
        applyWrite,
        fault: { cut: true },
      });

      await expect(world.arm("PUT", SETTINGS, ENABLED)).rejects.toThrow(/fetch failed|terminated/u);

      expect((await world.arm("GET", SETTINGS)).json).toMatchObject({
        properties: { platform: { enabled: applyWrite } },
      });
    },
  );

  test("a request that hangs ends with its caller's patience, and does not hold up the others", async () => {
    await using world = await start();
    await world.azure.control.fault({ match: { listener: "orders-func" }, fault: { hang: true } });
    const url = `${world.azure.addresses.functionApps["orders-func"]}/`;

    await expect(fetch(url, { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/u);

    expect((await fetch(url)).status).toBe(200);
    const [hanging] = await world.azure.control.requests({ listener: "orders-func" });
    expect(hanging).not.toHaveProperty("status");
    expect(hanging?.notes).toEqual([`fault: {"hang":true}`]);
  });

  test("an answer that is late comes all the same", async () => {
    await using world = await start();
    await world.azure.control.fault({ match: {}, fault: { delayInMs: 60 } });
    const before = performance.now();

    expect((await world.arm("GET", SITE)).status).toBe(200);

    expect(performance.now() - before).toBeGreaterThan(50);
  });

  test("somebody writes between read and write", async () => {
    await using world = await start();
    const url = apimUrl(`${API_ID}/policies/policy`, "&format=rawxml");
    const read = await world.arm("GET", url);
    const value = "<policies><inbound /></policies>";
    const body = { properties: { format: "rawxml", value } };
    await world.azure.control.fault({
      match: { method: "PUT", path: "/policies/" },
      fault: { intrude: { method: "PUT", path: url, body } },
    });

    const stale = await world.arm("PUT", url, body, { "if-match": read.header("etag") });

    expect(stale.status).toBe(412);
  });
});

test.each(Object.entries(KNOWN_FAULTS))("%s is answered as it is known", async (_name, fault) => {
  await using world = await start();
  await world.azure.control.fault({ match: { listener: "arm" }, fault });

  const answer = await world.arm("GET", SITE);

  expect([answer.status, answer.json]).toEqual([fault.status, fault.body]);
  expect(answer.header("retry-after")).toBe(new Headers(headersOf(fault)).get("retry-after") ?? "");
});

test.each([
  { path: "/faults", body: { fault: { status: 500 } }, message: "match" },
  { path: "/faults", body: { match: { path: "(" }, fault: {} }, message: "regular expression" },
  { path: "/portal/recreate-identity", body: { service: "none" }, message: "no service none" },
  { path: "/tokens", body: { clientId: "none", resource: "x" }, message: "no identity none" },
  { path: "/nothing", body: {}, message: "has no POST /nothing" },
])("the control API says what is wrong with $path $body", async ({ path, body, message }) => {
  await using azure = await startTestSimulator();

  const answer = await fetch(`${azure.addresses.control}${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });

  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(await answer.text()).toContain(message);
});

function headersOf(fault: object): Record<string, string> {
  return "headers" in fault ? (fault.headers as Record<string, string>) : {};
}
