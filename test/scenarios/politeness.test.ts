import { describe, expect, test } from "vitest";
import { Limiter } from "../../controller/azure/limiter.ts";
import type { RequestRecord } from "../../simulator/control/request-log.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const ONE_SECOND = 1000;
/** What was sent side by side with a refused request may come in after it. */
const ON_THE_WAY_IN_MS = 300;

/** The operator's requests to ARM, by kind as ARM counts them. */
async function requestsOf(azure: TestSimulator, kind: "reads" | "writes") {
  const requests = await azure.control.requests({ listener: "arm" });
  return requests.filter(
    ({ method, principal }) =>
      principal?.name !== "portal" && (method === "GET") === (kind === "reads"),
  );
}

/** The requests that began after a 429, before the time was over that it asked to wait. */
function impatient(requests: readonly RequestRecord[], waitInMs: number): readonly string[] {
  return requests.flatMap((refused) => {
    if (refused.status !== 429) return [];
    return requests
      .filter(({ time }) => {
        const laterInMs = Date.parse(time) - Date.parse(refused.time);
        return laterInMs > ON_THE_WAY_IN_MS && laterInMs < waitInMs;
      })
      .map(({ method, url, time }) => `${method} ${url} at ${time}, refused ${refused.time}`);
  });
}

describe("a small bucket", () => {
  test("is never emptied by a limiter that fits it, and the pair becomes Ready", async () => {
    await using azure = await startTestSimulator({
      settings: {
        reads: { size: 20, refillPerSecond: 10 },
        writes: { size: 4, refillPerSecond: 2 },
      },
    });
    const operator = new TestOperator(azure, backend(), {
      limiter: new Limiter({
        reads: { burst: 16, perSecond: 8 },
        writes: { burst: 2, perSecond: 1 },
        deletes: { burst: 2, perSecond: 1 },
      }),
    });

    await operator.settle();
    for (let count = 0; count < 5; count += 1) await operator.pass();

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    const requests = await azure.control.requests({ listener: "arm" });
    expect(requests.length).toBeGreaterThan(20);
    expect(requests.filter(({ status }) => status === 429)).toEqual([]);
  });

  test("that is smaller than the limiter thinks is learnt from ARM's own count", async () => {
    await using azure = await startTestSimulator({
      settings: { reads: { size: 12, refillPerSecond: 8 } },
    });
    const operator = new TestOperator(azure, backend(), {
      limiter: new Limiter({
        reads: { burst: 100, perSecond: 8 },
        writes: { burst: 50, perSecond: 5 },
        deletes: { burst: 50, perSecond: 5 },
      }),
    });

    await operator.settle();

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(impatient(await requestsOf(azure, "reads"), ONE_SECOND)).toEqual([]);
  });
});

describe.each([
  { kind: "reads" as const, method: "GET", path: "/sites/orders-func\\?" },
  { kind: "writes" as const, method: "PUT", path: "/policies/policy" },
])("a 429 with Retry-After for $kind", ({ kind, method, path }) => {
  test("is followed by none of that kind before the time is over, then the pair becomes Ready", async () => {
    await using azure = await startTestSimulator();
    await azure.control.fault({
      match: { listener: "arm", method, path },
      fault: { status: 429, headers: { "retry-after": "3" } },
    });
    const operator = new TestOperator(azure);
    const isRefused = async () =>
      (await requestsOf(azure, kind)).some(({ status }) => status === 429);
    while (!(await isRefused())) await operator.pass();
    const before = await requestsOf(azure, kind);

    const pass = await operator.pass();

    expect(await requestsOf(azure, kind)).toHaveLength(before.length);
    expect(pass.next).toMatchObject({ kind: "after" });
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(impatient(await requestsOf(azure, kind), 3 * ONE_SECOND)).toEqual([]);
  });
});
