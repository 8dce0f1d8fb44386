import { describe, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { apimUrl, SERVICE_ID } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";

const FRAGMENT = apimUrl(`${SERVICE_ID}/policyFragments/mark`);
const NAMED_VALUE = apimUrl(`${SERVICE_ID}/namedValues/region`);

const FRAGMENT_TEXT = '<fragment><set-header name="X-Mark" exists-action="delete" /></fragment>';

async function start() {
  const azure = await startTestSimulator({ settings: { operationRetryAfterInSeconds: 5 } });
  return {
    azure,
    arm: await createArmClient(azure),
    [Symbol.asyncDispose]: () => azure.close(),
  };
}

describe.each([
  {
    what: "a policy fragment",
    url: FRAGMENT,
    body: { properties: { format: "xml", value: FRAGMENT_TEXT } },
    shown: { name: "mark", properties: { format: "xml" } },
  },
  {
    what: "a named value",
    url: NAMED_VALUE,
    body: { properties: { displayName: "region", value: "west", tags: ["place"] } },
    shown: { name: "region", properties: { value: "west", secret: false, tags: ["place"] } },
  },
])("PUT of $what", ({ url, body, shown }) => {
  test("is accepted, and its polling ends with 201 and the resource", async () => {
    await using world = await start();

    const accepted = await world.arm("PUT", url, body);

    expect([accepted.status, accepted.text]).toEqual([202, ""]);
    expect(accepted.header("retry-after")).toBe("5");
    const location = accepted.header("location");
    expect(location).toMatch(/asyncId=.+&asyncCode=201$/u);
    expect((await world.arm("GET", location)).status).toBe(202);
    expect((await world.arm("GET", url)).status).toBe(404);

    await world.azure.control.advanceClock(1000);

    const ended = await world.arm("GET", location);
    expect(ended.status).toBe(201);
    expect(ended.json).toMatchObject(shown);
    expect((await world.arm("GET", url)).json).toMatchObject(shown);
  });

  test("of what is there ends with 200", async () => {
    await using world = await start();
    await world.arm("PUT", url, body);
    await world.azure.control.advanceClock(1000);

    const again = await world.arm("PUT", url, body);
    await world.azure.control.advanceClock(1000);

    expect((await world.arm("GET", again.header("location"))).status).toBe(200);
  });

  test("that fails changes nothing", async () => {
    await using world = await start();
    await world.azure.control.fault({
      match: { method: "PUT" },
      fault: { operation: { kind: "fails", code: "ValidationError", message: "It is bad." } },
    });
    const accepted = await world.arm("PUT", url, body);
    expect(accepted.status).toBe(202);
    await world.azure.control.advanceClock(1000);

    expect((await world.arm("GET", accepted.header("location"))).status).toBe(400);
    expect((await world.arm("GET", url)).status).toBe(404);
  });

  test("is refused without a value", async () => {
    await using world = await start();
    const refused = await world.arm("PUT", url, { properties: {} });
    expect([refused.status, refused.string("error", "code")]).toEqual([400, "ValidationError"]);
  });
});

test("a secret named value is written, and not shown", async () => {
  await using world = await start();
  const body = { properties: { displayName: "region", value: "hidden-value", secret: true } };
  const accepted = await world.arm("PUT", NAMED_VALUE, body);
  await world.azure.control.advanceClock(1000);
  const ended = await world.arm("GET", accepted.header("location"));
  expect(ended.text).not.toContain("hidden-value");
});
