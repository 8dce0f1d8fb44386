import { expect, test, vi } from "vitest";
import { LEASES, type Lease } from "../../../controller/kubernetes/lease-record.ts";
import { pathOf } from "../../../controller/kubernetes/resource.ts";
import type { RequestRecord } from "../../../simulator/control/request-log.ts";
import type { RunningCommand } from "../../support/command-line.ts";
import { Shop } from "../../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../../support/simulator.ts";
import type { Cluster } from "../cluster.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { startCluster, type TestCluster } from "../start-cluster.ts";
import { InstalledController, ORDERS } from "./installed-controller.ts";

const LONG = { timeout: 60_000, interval: 100 };
/** Slow enough that a roll-out can be interrupted in the middle. */
const SLOW_ARM = { match: { listener: "arm" }, times: 100_000, fault: { delayInMs: 200 } };

/** Two replicas, the first of which leads and has begun a roll-out; `interrupt` hits it then. */
async function interruptedRollOut(
  interrupt: (leader: RunningCommand) => void,
  check: (scene: {
    readonly azure: TestSimulator;
    readonly cluster: TestCluster;
    readonly leader: RunningCommand;
    readonly interruptedAt: number;
  }) => Promise<void>,
): Promise<void> {
  await using azure = await startTestSimulator();
  await using cluster = await startCluster();
  await using controller = await InstalledController.install(cluster, azure);
  await controller.grantShop();
  await azure.control.fault(SLOW_ARM);
  const leader = await controller.start({ name: "first" });
  await vi.waitFor(async () => expect(await holderOf(cluster)).toMatch(/^first_/u), LONG);
  await controller.start({ name: "second" });
  await cluster.kubectl(["apply", "-f", ORDERS]);
  await vi.waitFor(async () => expect(await writesOf(azure, "first")).not.toEqual([]), LONG);
  const interruptedAt = Date.now();
  interrupt(leader);

  const ready = ["wait", "sfb", "orders", "-n", "shop", "--for=condition=Ready", "--timeout=120s"];
  await cluster.kubectl(ready);
  expect(await holderOf(cluster)).toMatch(/^second_/u);
  expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
  await check({ azure, cluster, leader, interruptedAt });
}

async function holderOf(cluster: Cluster): Promise<string | undefined> {
  const lease = { namespace: "sfb-system", name: "secured-function-backend" };
  const { body } = await cluster.call("GET", pathOf(LEASES, lease));
  return (body as Lease).spec?.holderIdentity;
}

/** What a replica asked of Azure, in order. */
async function requestsOf(
  azure: TestSimulator,
  replica: string,
): Promise<readonly RequestRecord[]> {
  const isIts = ({ userAgent = "" }: RequestRecord) => userAgent.split(" ").includes(replica);
  return (await azure.control.requests({ listener: "arm" })).filter(isIts);
}

async function writesOf(azure: TestSimulator, replica: string): Promise<readonly RequestRecord[]> {
  return (await requestsOf(azure, replica)).filter(({ method }) => method !== "GET");
}

/** No request of one replica came after the first of the other, nor while one of its was under way. */
function expectNoOverlap(first: readonly RequestRecord[], second: readonly RequestRecord[]): void {
  const [begin] = second;
  const end = first.at(-1);
  expect(begin).toBeDefined();
  expect(end).toBeDefined();
  expect(end?.sequence).toBeLessThan(begin?.sequence ?? 0);
  const ids = new Set(first.map(({ sequence }) => sequence));
  expect(second.filter(({ overlaps }) => overlaps.some((id) => ids.has(id)))).toEqual([]);
}

describeInCluster("when the leader goes in the middle of a roll-out", () => {
  test(
    "killed, the standby finishes once the lease has run out",
    { timeout: 240_000 },
    async () => {
      await interruptedRollOut(
        (leader) => leader.signal("SIGKILL"),
        async ({ azure, interruptedAt }) => {
          const [first, second] = [
            await requestsOf(azure, "first"),
            await requestsOf(azure, "second"),
          ];
          expectNoOverlap(first, second);
          const takenOverInMs = Date.parse(second[0]?.time ?? "") - interruptedAt;
          // The lease of 6 s was renewed at most 1 s and a call before.
          expect(takenOverInMs).toBeGreaterThan(3000);
        },
      );
    },
  );

  test("frozen, it sends nothing more when it wakes up", { timeout: 240_000 }, async () => {
    await interruptedRollOut(
      (leader) => leader.signal("SIGSTOP"),
      async ({ azure, leader }) => {
        const before = await requestsOf(azure, "first");
        leader.signal("SIGCONT");
        const { exitCode, stderr } = await leader.ended;
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(/"level":"error".*"msg":"lost the lease"/u);
        const after = await requestsOf(azure, "first");
        expect(after).toEqual(before);
        expectNoOverlap(after, await requestsOf(azure, "second"));
      },
    );
  });
});
