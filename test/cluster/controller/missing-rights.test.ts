import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { LEASES } from "../../../controller/kubernetes/lease-record.ts";
import { pathOf } from "../../../controller/kubernetes/resource.ts";
import { BACKENDS, SECRETS } from "../../../controller/operator/resources.ts";
import { PERMISSIONS, subscriptionKeys, type Rule } from "../../chart/permissions.ts";
import { examplePath } from "../../support/project.ts";
import type { RunningCommand } from "../../support/command-line.ts";
import { withApi } from "../../support/gateway-calls.ts";
import { startTestSimulator, type TestSimulator } from "../../support/simulator.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { startCluster, type TestCluster } from "../start-cluster.ts";
import { InstalledController } from "./installed-controller.ts";

const SYSTEM = "sfb-system";
const KEY_SECRET = "orders-check";
const ORDERS = { namespace: "shop", name: "orders" };
const RULES = { ...PERMISSIONS, subscriptionKeys: subscriptionKeys([KEY_SECRET]) };
const LONG = { timeout: 30_000, interval: 100 };

type RuleName = keyof typeof RULES;

/** What the controller is brought to do, for which it needs the verb. */
type Occasion = "start" | "secure" | "edit meanwhile" | "stop" | "give back";

type Need = readonly [Occasion, "log" | "object"];

/** For each verb of each rule, when it is needed and where its absence is told; the compiler misses none. */
const NEEDS = {
  objects: {
    get: ["edit meanwhile", "log"],
    list: ["start", "log"],
    watch: ["start", "log"],
    patch: ["secure", "log"],
  },
  status: { patch: ["secure", "log"] },
  events: { create: ["secure", "log"], patch: ["stop", "log"] },
  grants: { list: ["start", "log"], watch: ["start", "log"] },
  namespaces: { list: ["start", "log"], watch: ["start", "log"] },
  leases: { get: ["start", "log"], create: ["start", "log"], update: ["start", "log"] },
  snapshots: {
    get: ["secure", "object"],
    create: ["secure", "object"],
    update: ["secure", "object"],
    delete: ["give back", "object"],
  },
  subscriptionKeys: { get: ["secure", "object"] },
} as const satisfies {
  [Name in RuleName]: Record<
    (typeof PERMISSIONS & { subscriptionKeys: { verbs: readonly ["get"] } })[Name]["verbs"][number],
    Need
  >;
};

const CASES = Object.entries(NEEDS).flatMap(([rule, verbs]) =>
  Object.entries<Need>(verbs).map(([verb, [occasion, where]]) => ({
    rule: rule as RuleName,
    verb,
    occasion,
    where,
  })),
);

interface Role {
  readonly rules: readonly Rule[];
}

describeInCluster("where one verb is missing from the shipped roles", () => {
  let cluster: TestCluster;
  let azure: TestSimulator;
  let controller: InstalledController;

  beforeAll(async () => {
    cluster = await startCluster();
    // Each test has an Azure of its own.
    const itsAzure = {
      get variables() {
        return azure.variables;
      },
    };
    await cluster.kubectl(["create", "namespace", "shop"]);
    controller = await InstalledController.install(cluster, itsAzure, {
      admission: { install: false },
      subscriptionKeys: {
        enabled: true,
        secrets: [{ namespace: "shop", secretNames: [KEY_SECRET] }],
      },
    });
    await cluster.kubectl(["apply", "-f", examplePath("grants/cluster.yaml")]);
    const type = "--type=securedbackend.dev/subscription-key";
    const key = "--from-literal=primary=5f0f5e6a1c0d4c3f9d2a0000000000a1";
    await cluster.kubectl(["create", "secret", "generic", KEY_SECRET, "-n", "shop", type, key]);
  }, 120_000);
  afterEach(async () => {
    await controller[Symbol.asyncDispose]();
    await clear();
    await azure.close();
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  /** As if the controller had never been here. */
  async function clear(): Promise<void> {
    const path = pathOf(BACKENDS, ORDERS);
    await cluster.call("DELETE", path);
    const released = { metadata: { finalizers: null } };
    await cluster.merge(path, released);
    await cluster.call("DELETE", pathOf(SECRETS, { namespace: SYSTEM }));
    await cluster.call("DELETE", pathOf(LEASES, { namespace: SYSTEM }));
  }

  /** Takes a verb out of the role that holds it, and gives it back at the end. */
  async function withhold(rule: RuleName, verb: string): Promise<AsyncDisposable> {
    const path = pathOfRole(rule);
    const { body } = await cluster.call("GET", path);
    const { rules } = body as Role;
    const isIt = ({ resources }: Rule) => resources.join() === RULES[rule].resources.join();
    const reduced = rules
      .map((each) =>
        isIt(each) ? { ...each, verbs: each.verbs.filter((other) => other !== verb) } : each,
      )
      .filter(({ verbs }) => verbs.length > 0);
    expect(reduced, "the role holds the verb").not.toEqual(rules);
    const write = async (content: readonly Rule[], isAllowed: boolean) => {
      const change = { rules: content };
      const { status } = await cluster.merge(path, change);
      expect(status).toBe(200);
      await vi.waitFor(async () => expect(await mayDo(rule, verb)).toBe(isAllowed), LONG);
    };
    await write(reduced, false);
    return { [Symbol.asyncDispose]: () => write(rules, true) };
  }

  function pathOfRole(rule: RuleName): string {
    const name = "sfb-secured-function-backend";
    const roles = (namespace: string) =>
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`;
    if (rule === "subscriptionKeys") return `${roles("shop")}/${name}-keys`;
    if (rule === "leases" || rule === "snapshots") return `${roles(SYSTEM)}/${name}`;
    return `/apis/rbac.authorization.k8s.io/v1/clusterroles/${SYSTEM}-${name}`;
  }

  async function mayDo(rule: RuleName, verb: string): Promise<boolean> {
    const { apiGroups, resources } = RULES[rule];
    const [resource = "", subresource] = resources[0]?.split("/") ?? [];
    const isOwn = rule === "leases" || rule === "snapshots";
    const named = rule === "subscriptionKeys" ? { name: KEY_SECRET } : {};
    const resourceAttributes = {
      group: apiGroups[0],
      resource,
      subresource,
      verb,
      namespace: isOwn ? SYSTEM : "shop",
      ...named,
    };
    const spec = { user: controller.account, resourceAttributes };
    const reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    const { body } = await cluster.call("POST", reviews, { spec });
    return (body as { status: { allowed: boolean } }).status.allowed;
  }

  async function provoke(occasion: Occasion, replica: RunningCommand): Promise<void> {
    if (occasion === "start") return;
    await cluster.kubectl(["apply", "-f", examplePath("subscription-key.yaml")]);
    const path = pathOf(BACKENDS, ORDERS);
    const restore = { spec: { deletionPolicy: "Restore" } };
    await cluster.merge(path, restore);
    if (occasion === "edit meanwhile") await editUntil(() => replica.stderr.includes("cannot get"));
    if (occasion !== "stop" && occasion !== "give back") return;
    const ready = ["wait", "sfb/orders", "-n", "shop", "--for=condition=Ready", "--timeout=60s"];
    await cluster.kubectl(ready);
    if (occasion === "stop") await replica.terminate();
    else await cluster.call("DELETE", path);
  }

  /** Somebody is always faster than what the controller has read. */
  async function editUntil(isOver: () => boolean): Promise<void> {
    const path = pathOf(BACKENDS, ORDERS);
    const deadline = performance.now() + LONG.timeout;
    for (let edit = 0; !isOver() && performance.now() < deadline; edit += 1) {
      const change = { metadata: { annotations: { "example.com/edit": String(edit) } } };
      await cluster.merge(path, change);
    }
  }

  async function told(where: "log" | "object", replica: RunningCommand): Promise<string> {
    if (where === "log") return replica.stderr.replaceAll(String.raw`\"`, '"');
    return JSON.stringify((await cluster.call("GET", pathOf(BACKENDS, ORDERS))).body).replaceAll(
      String.raw`\"`,
      '"',
    );
  }

  test.each(CASES)(
    "$verb of $rule, the $where says so",
    { timeout: 120_000 },
    async ({ rule, verb, occasion, where }) => {
      azure = await startTestSimulator(withApi({ subscriptionRequired: true }));
      await using _withheld = await withhold(rule, verb);
      const replica = await controller.start();
      await provoke(occasion, replica);
      const { apiGroups, resources } = RULES[rule];
      const lacking =
        rule === "subscriptionKeys"
          ? "The controller may not read Secret shop/orders-check: name it in the chart's value subscriptionKeys"
          : `cannot ${verb} resource "${resources[0]}" in API group "${apiGroups[0]}"`;
      await vi.waitFor(async () => expect(await told(where, replica)).toContain(lacking), LONG);
      await replica.kill();
    },
  );
});
