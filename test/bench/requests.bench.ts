import { expect, test } from "vitest";
import { Limiter } from "../../controller/azure/limiter.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

/** As if Azure had no limits: what is measured is the operator. */
const PLENTY = { burst: 1_000_000, perSecond: 1_000_000 };
const UNLIMITED = { reads: PLENTY, writes: PLENTY, deletes: PLENTY };

/**
 * What a pass costs Azure. The counts are exact, and test/scenarios/upkeep.test.ts lists them; the
 * rate shows what a core could do if Azure answered at once.
 */
test("a pass over a secured pair", async ({ bench }) => {
  await using azure = await startTestSimulator({
    settings: { reads: { size: 1_000_000, refillPerSecond: 1_000_000 } },
  });
  const operator = new TestOperator(azure, backend(), { limiter: new Limiter(UNLIMITED) });
  await operator.settle();
  const rollOut = await azure.control.requests();
  await azure.control.clearRequests();
  await operator.pass();
  const idle = await azure.control.requests();
  console.log(`requests to make an open pair secure:   ${count(rollOut)}`);
  console.log(`requests of a pass over a secured pair: ${count(idle)}`);
  expect(idle.filter(({ listener }) => listener === "arm")).toHaveLength(9);

  await bench("nothing to do", async () => {
    await operator.pass();
  }).run();
});

type Requests = Awaited<ReturnType<TestSimulator["control"]["requests"]>>;

/** `6 to ARM (0 writes), 5 to function and gateway, 0 to Entra`. */
function count(requests: Requests): string {
  const arm = requests.filter(({ listener }) => listener === "arm");
  const entra = requests.filter(({ listener }) => listener === "entra");
  const writes = arm.filter(({ method }) => method !== "GET" && method !== "HEAD");
  const traffic = requests.length - arm.length - entra.length;
  return `${arm.length} to ARM (${writes.length} writes), ${traffic} to function and gateway, ${entra.length} to Entra`;
}
