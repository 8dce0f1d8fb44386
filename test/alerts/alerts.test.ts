import { describe, expect, test } from "vitest";
import { Controller } from "../../controller/kubernetes/controller.ts";
import { KubernetesError } from "../../controller/kubernetes/errors.ts";
import { LeaderElector } from "../../controller/kubernetes/leader-elector.ts";
import { WorkQueue } from "../../controller/kubernetes/work-queue.ts";
import { DEMO, demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import type { FaultOrder } from "../../simulator/control/faults.ts";
import { apimUrl, SERVICE_ID } from "../support/demo-ids.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { inbound } from "../support/gateway-calls.ts";
import { MemoryClient } from "../support/memory-client.ts";
import { backend } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";
import { CONTROLLER, LEASE, ObservedRun } from "./observed-run.ts";
import { promtool, PROMTOOL, readRules, RULES_FILE } from "./promtool.ts";

const ORDERS = { namespace: "shop", name: "orders" };
const MINUTE_IN_MS = 60_000;

const always = (match: FaultOrder["match"], status: number, rest: object = {}): FaultOrder => ({
  match,
  times: 100_000,
  fault: { status, ...rest },
});

if (PROMTOOL === undefined) {
  if (process.env["SFB_REQUIRE_CLUSTER"] === "1") throw new Error("there is no promtool");
  console.warn(
    "The alerts are NOT tested: there is no promtool. npm run cluster:install builds it.",
  );
}

test("there is a run for each alert", () => {
  expect(Object.keys(RUNS).toSorted()).toEqual(
    readRules()
      .map(({ alert }) => alert)
      .toSorted(),
  );
});

/** What has to happen for each alert to fire, and to clear. */
const RUNS: Readonly<Record<string, () => Promise<ObservedRun>>> = {
  async SecuredFunctionBackendNotReady() {
    await using azure = await startTestSimulator();
    const run = new ObservedRun();
    const orders = run.operator(azure);
    await orders.rollOut();
    run.isSilent();
    await azure.control.fault(always({ listener: "arm", path: "/config/authsettingsV2" }, 403));
    await orders.passes(3, 4);
    run.isSilent("SecuredFunctionBackendNotReady");
    await orders.passes(2, 4);
    run.fires("SecuredFunctionBackendNotReady", ORDERS);
    await azure.control.clearFaults();
    await orders.pass();
    run.isSilent("SecuredFunctionBackendNotReady");
    return run;
  },

  async SecuredFunctionBackendDrift() {
    await using azure = await startTestSimulator();
    const run = new ObservedRun();
    const observer = run.operator(azure, backend({ mode: "Observe" }));
    await observer.passes(5, 10);
    run.isSilent("SecuredFunctionBackendDrift");
    await observer.passes(2, 10);
    run.fires("SecuredFunctionBackendDrift", ORDERS);
    await new ObservedRun().operator(azure).rollOut();
    await observer.pass(10);
    run.isSilent("SecuredFunctionBackendDrift");
    return run;
  },

  async SecuredFunctionBackendBypassFound() {
    const { apis = [], ...service } = demoService();
    const backDoor = {
      name: "back-door",
      path: "back",
      functionApp: DEMO.functionApp,
      subscriptionRequired: false,
      operations: [{ name: "get", method: "GET", urlTemplate: "/orders" }],
      policy: inbound(""),
    };
    const world = { ...demoWorld(), services: [{ ...service, apis: [...apis, backDoor] }] };
    await using azure = await startTestSimulator({ world });
    const putPolicy = async (statement: string) =>
      await azure.control.portal({
        method: "PUT",
        path: apimUrl(`${SERVICE_ID}/apis/back-door/policies/policy`),
        body: { properties: { format: "rawxml", value: inbound(statement) } },
      });
    const run = new ObservedRun();
    const orders = run.operator(azure);
    await orders.rollOut();
    run.isSilent();
    await putPolicy(`<authentication-managed-identity resource="${DEMO.functionClientId}" />`);
    await orders.passes(4, 10);
    run.fires("SecuredFunctionBackendBypassFound", ORDERS);
    await putPolicy("");
    await orders.passes(4, 10);
    run.isSilent("SecuredFunctionBackendBypassFound");
    return run;
  },

  async SecuredFunctionBackendFieldContested() {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const run = new ObservedRun();
    const orders = run.operator(azure);
    await orders.rollOut();
    for (let times = 0; times < 2; times += 1) {
      run.isSilent("SecuredFunctionBackendFieldContested");
      await shop.putAuthSettings({ ...(await shop.authSettings()), platform: { enabled: false } });
      await orders.passes(2, 5);
    }
    run.fires("SecuredFunctionBackendFieldContested", ORDERS);
    await orders.passes(10, 20);
    run.isSilent("SecuredFunctionBackendFieldContested");
    return run;
  },

  async SecuredFunctionBackendPassesFail() {
    const run = new ObservedRun();
    const api = new MemoryClient();
    await using controller = startController(run, 8, async (key) => {
      await api.list(THINGS);
      return { requeueAfterInMs: (5 + (key.length % 3)) * MINUTE_IN_MS };
    });
    await controller.minutes(30);
    run.isSilent();
    api.around = async () => {
      throw new KubernetesError("Unreachable", "no answer");
    };
    await controller.minutes(45);
    run.fires("SecuredFunctionBackendPassesFail", { controller: CONTROLLER });
    api.around = async (_, proceed) => await proceed();
    await controller.minutes(45);
    run.isSilent();
    return run;
  },

  async SecuredFunctionBackendAzureFails() {
    await using azure = await startTestSimulator();
    const run = new ObservedRun();
    const orders = run.operator(azure);
    await orders.rollOut();
    await orders.passes(5, 3);
    await azure.control.fault(always({ listener: "arm", path: "/Microsoft.Web/" }, 503));
    await orders.passes(12, 3);
    run.fires("SecuredFunctionBackendAzureFails", { service: "app-service" });
    await azure.control.clearFaults();
    await orders.passes(8, 3);
    run.isSilent();
    return run;
  },

  async SecuredFunctionBackendQueueSlow() {
    const run = new ObservedRun();
    let takesInMs = 1000;
    await using controller = startController(run, 1, async (_, clock) => {
      await clock.sleep(takesInMs);
      return { requeueAfterInMs: 5 * MINUTE_IN_MS };
    });
    await controller.minutes(30);
    run.isSilent();
    takesInMs = 4 * MINUTE_IN_MS;
    await controller.minutes(60);
    run.fires("SecuredFunctionBackendQueueSlow", { controller: CONTROLLER });
    takesInMs = 1000;
    await controller.minutes(30);
    run.isSilent();
    return run;
  },

  async SecuredFunctionBackendNoLeader() {
    const run = new ObservedRun();
    const clock = new FakeClock();
    const api = new MemoryClient();
    const minutes = async (count: number) => {
      for (let passed = 0; passed < count; passed += 1) {
        await clock.advance(MINUTE_IN_MS);
        await run.scrape();
      }
    };
    run.leader.leader.led(false);
    const stop = new AbortController();
    const lead = async (identity: string) => {
      const elector = new LeaderElector({
        client: api,
        lease: { namespace: "sfb-system", name: LEASE },
        identity,
        clock,
        random: () => 0.5,
        observer: { leadershipChanged: (isLeader) => run.leader.leader.led(isLeader) },
      });
      const stopped = Promise.withResolvers<void>();
      stop.signal.addEventListener("abort", () => stopped.resolve());
      await elector.run(stop.signal, async () => await stopped.promise).catch(() => undefined);
    };
    const first = lead("sfb-0_1");
    await minutes(5);
    run.isSilent();
    api.around = async () => {
      throw new KubernetesError("Unreachable", "no answer");
    };
    await minutes(4);
    await first;
    run.fires("SecuredFunctionBackendNoLeader", { job: "sfb", name: LEASE });
    api.around = async (_, proceed) => await proceed();
    const second = lead("sfb-0_2");
    await minutes(2);
    run.isSilent();
    run.goDark(5);
    run.fires("SecuredFunctionBackendNoLeader", { type: "Ready", status: "True" });
    await minutes(1);
    run.isSilent();
    stop.abort();
    await clock.advance(MINUTE_IN_MS);
    await second;
    return run;
  },

  async SecuredFunctionBackendThrottled() {
    await using azure = await startTestSimulator();
    const run = new ObservedRun();
    const orders = run.operator(azure);
    await orders.rollOut();
    run.isSilent();
    const match = { listener: "arm", path: "/Microsoft.ApiManagement/" };
    await azure.control.fault(always(match, 429, { headers: { "retry-after": "50" } }));
    await orders.passes(25);
    run.fires("SecuredFunctionBackendThrottled", { service: "api-management" });
    await azure.control.clearFaults();
    await orders.passes(8, 3);
    run.isSilent();
    return run;
  },

  async SecuredFunctionBackendCredentialFails() {
    await using azure = await startTestSimulator();
    const run = new ObservedRun();
    await run.scrape();
    const body = {
      error: "invalid_client",
      error_description: "AADSTS700213: No matching record.",
    };
    await azure.control.fault(always({ listener: "entra", path: "/token" }, 400, { body }));
    const orders = run.operator(azure);
    await orders.passes(3, 3);
    run.fires("SecuredFunctionBackendCredentialFails");
    await azure.control.clearFaults();
    await orders.rollOut();
    await orders.passes(4, 3);
    run.isSilent();
    return run;
  },
};

const THINGS = { group: "", version: "v1", plural: "things", kind: "Thing", isNamespaced: true };

/** A real queue and controller over ten objects, on a clock that a test moves minute by minute. */
function startController(
  run: ObservedRun,
  workers: number,
  reconcile: (key: string, clock: FakeClock) => Promise<{ readonly requeueAfterInMs: number }>,
) {
  const clock = new FakeClock();
  const { leader } = run;
  const queue = new WorkQueue({ clock, random: () => 0.5, observer: leader.queue });
  leader.queue.watch(queue);
  const stop = new AbortController();
  const running = new Controller({
    queue,
    sources: [],
    reconcile: async (key) => await reconcile(key, clock),
    workers,
    passLimitInMs: 60 * MINUTE_IN_MS,
    clock,
    observer: leader.controller,
  }).run({ stop: stop.signal, abandon: stop.signal });
  for (let count = 0; count < 10; count += 1) {
    queue.add(`shop/orders-${"x".repeat(count)}`, { lane: "sweep" });
  }
  return {
    minutes: async (count: number) => {
      for (let passed = 0; passed < count; passed += 1) {
        await clock.advance(MINUTE_IN_MS);
        await run.scrape();
      }
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await clock.advance(60 * MINUTE_IN_MS);
      await running;
    },
  };
}

describe.skipIf(PROMTOOL === undefined)("alerts", () => {
  test("are rules that Prometheus takes", async () => {
    expect(await promtool("check", "rules", RULES_FILE)).toContain("SUCCESS");
  });

  test.each(Object.entries(RUNS))("%s fires and clears", { timeout: 60_000 }, async (_, play) => {
    const run = await play();
    await expect(run.judge()).resolves.toBeUndefined();
  });
});
