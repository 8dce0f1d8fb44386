import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { HOSTILE_BODIES, HOSTILE_POLICIES } from "./hostile-values.ts";

const LONGEST_PASS_IN_MS = 8000;

/** Every read of ARM that a pass makes. */
const READS = [
  { name: "the service", path: "/service/contoso-apim\\?" },
  { name: "the service's identity", path: "/identities/default" },
  { name: "the API", path: "/apis/orders\\?" },
  { name: "the API's policy", path: "/policies/policy" },
  { name: "the site", path: "/sites/orders-func\\?" },
  { name: "the authentication settings", path: "/config/authsettingsV2" },
];

/** A local Azure for the tests of one group, which leave it as it was. */
function useAzure(): () => TestSimulator {
  let azure: TestSimulator | undefined;
  beforeAll(async () => {
    azure = await startTestSimulator({
      settings: { reads: { size: 1_000_000, refillPerSecond: 1_000_000 } },
    });
  });
  afterAll(() => azure?.close());
  return () => {
    if (azure === undefined) throw new Error("not started yet");
    return azure;
  };
}

/** One pass of an operator that knows nothing yet, whose reads of a path are answered so. */
async function passWith(azure: TestSimulator, path: string, body: string) {
  await azure.control.clearFaults();
  await azure.control.clearRequests();
  await azure.control.fault({
    match: { listener: "arm", method: "GET", path },
    times: 100,
    fault: { status: 200, headers: { etag: '"hostile"' }, body },
  });
  const operator = new TestOperator(azure);
  const began = performance.now();
  await operator.pass();
  return { operator, tookInMs: performance.now() - began, writes: await new Shop(azure).writes() };
}

describe.each(READS)("$name answered with", ({ name, path }) => {
  const azure = useAzure();
  test.each(HOSTILE_BODIES)("$name", async ({ body }) => {
    const { operator, tookInMs, writes } = await passWith(azure(), path, body);
    // To turn the identity on rests on nothing but the service.
    const mayBegin = name === "the service" ? [] : ["PATCH contoso-apim"];
    expect(writes.filter((write) => !mayBegin.includes(write))).toEqual([]);
    expect(operator.condition("Ready")).toMatch(/^False/);
    expect(operator.condition("Ready").length).toBeLessThan(5000);
    expect(tookInMs).toBeLessThan(LONGEST_PASS_IN_MS);
  });
});

describe("a policy that cannot be read", () => {
  const azure = useAzure();
  test.each(HOSTILE_POLICIES)("$name", async ({ policy }) => {
    const body = JSON.stringify({ properties: { format: "rawxml", value: policy } });
    const { operator, tookInMs, writes } = await passWith(azure(), "/policies/policy", body);
    expect(operator.condition("PolicyProtected")).toMatch(/^False PolicyUnreadable: .*line \d+/);
    expect(writes.filter((write) => write !== "PATCH contoso-apim")).toEqual([]);
    expect(tookInMs).toBeLessThan(LONGEST_PASS_IN_MS);
  });
});
