import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Grant } from "../../../controller/api/v1alpha1/grant-types.generated.ts";
import type { RunningCommand } from "../../support/command-line.ts";
import { aGrant, SHOP_SCOPE } from "../../support/grants.ts";
import { Shop } from "../../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../../support/simulator.ts";
import type { Ended } from "../../support/command-line.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { applyGrants } from "../grants/apply-grants.ts";
import { startCluster, type TestCluster } from "../start-cluster.ts";
import { InstalledController, ORDERS } from "./installed-controller.ts";

const CLOSED = { direct: 401, gateway: 200 };
const GRAPH = "00000003-0000-0000-c000-000000000000";
const KEY = "5f0f5e6a1c0d4c3f9d2a0000000000a1";
const SPEC = (parse(readFileSync(ORDERS, "utf8")) as { spec: object }).spec;
const STALLED = "jsonpath={.status.conditions[?(@.type=='Stalled')]";

/** The admission policy is gone, the rights are those of the chart's roles for people. */
describeInCluster("a tenant with the chart's editor role in one namespace", () => {
  let azure: TestSimulator;
  let cluster: TestCluster;
  let controller: InstalledController;
  let replica: RunningCommand;
  let shop: Shop;
  let kubeconfig: string;

  beforeAll(async () => {
    azure = await startTestSimulator();
    cluster = await startCluster();
    shop = new Shop(azure);
    for (const namespace of ["shop", "intruder"]) {
      await cluster.kubectl(["create", "namespace", namespace]);
    }
    const admission = { install: false };
    controller = await InstalledController.install(cluster, azure, { admission });
    const token = await cluster.serviceAccountToken("intruder", "tenant");
    kubeconfig = await cluster.kubeconfig({ token });
    for (const level of ["view", "edit"]) {
      const role = `--clusterrole=sfb-system-sfb-secured-function-backend-${level}`;
      const whose = ["--serviceaccount=intruder:tenant", "-n", "intruder"];
      await cluster.kubectl(["create", "rolebinding", level, role, ...whose]);
    }
    replica = await controller.start();
  }, 120_000);
  afterEach(async () => {
    for (const namespace of ["shop", "intruder"]) {
      const remove = ["delete", "sfb", "--all", "-n", namespace, "--timeout=60s"];
      await cluster.kubectl(remove);
    }
  }, 90_000);
  afterAll(async () => {
    await controller?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    await azure?.close();
  });

  const own = aGrant({
    name: "intruder",
    namespaces: { names: ["intruder"] },
    scopes: [SHOP_SCOPE.replace("shop", "intruder")],
  });

  async function grant(...grants: readonly Grant[]): Promise<void> {
    await applyGrants(cluster, grants);
  }

  function ordersOf(namespace: string, spec: object = {}): string {
    return stringify({
      apiVersion: "securedbackend.dev/v1alpha1",
      kind: "SecuredFunctionBackend",
      metadata: { name: "orders", namespace },
      spec: { ...SPEC, ...spec },
    });
  }

  const asTenant = (args: readonly string[], input = ""): Promise<Ended> =>
    cluster.tryKubectl(args, { kubeconfig, input });
  const intrude = async (spec: object = {}) => {
    const ended = await asTenant(["apply", "-f", "-"], ordersOf("intruder", spec));
    expect(ended).toMatchObject({ exitCode: 0 });
  };
  const waitFor = (namespace: string, condition: string) =>
    cluster.kubectl(["wait", "sfb/orders", "-n", namespace, condition, "--timeout=60s"]);
  const isRefused = (reason = "ScopeNotGranted") =>
    waitFor("intruder", `--for=${STALLED}.reason}=${reason}`);
  /** Everything that Azure was asked; the answer may be under way still. */
  const asked = async () =>
    (await azure.control.requests({})).map(({ method, url }) => `${method} ${url}`);
  /** A finalizer of ours brings one pass more, after what was waited for. */
  const askedUntilQuiet = async () => {
    let before: readonly string[] = [];
    await vi.waitFor(
      async () => {
        const known = before;
        before = await asked();
        expect(known).toEqual(before);
      },
      { timeout: 30_000, interval: 3000 },
    );
    return before;
  };
  const secure = async () => {
    const input = ordersOf("shop", { deletionPolicy: "Restore" });
    await cluster.kubectl(["apply", "-f", "-"], { input });
    await waitFor("shop", "--for=condition=Ready");
    expect(await shop.calls()).toEqual(CLOSED);
  };

  test("has neither statuses, grants, secrets, events nor another namespace", async () => {
    const questions = [
      ["patch", "sfb", "--subresource=status", "-n", "intruder"],
      ["update", "sfb", "--subresource=status", "-n", "intruder"],
      ["get", "secrets", "-n", "intruder"],
      ["create", "events.events.k8s.io", "-n", "intruder"],
      ["get", "secrets", "-n", controller.namespace],
      ["create", "azurescopegrants"],
      ["patch", "sfb", "-n", "shop"],
      ["get", "sfb", "-n", "shop"],
    ];
    for (const question of questions) {
      const { stdout } = await asTenant(["auth", "can-i", ...question]);
      expect([question, stdout.trim()]).toEqual([question, "no"]);
    }

    const forged = { conditions: [], lastHandledReconcileAt: "forged" };
    const manifest = JSON.stringify({
      ...(parse(ordersOf("intruder")) as object),
      status: forged,
    });
    await grant(own);
    expect(await asTenant(["apply", "-f", "-"], manifest)).toMatchObject({ exitCode: 0 });
    const patch = ["patch", "sfb", "orders", "-n", "intruder", "--type=merge"];
    const write = ["--subresource=status", "-p", JSON.stringify({ status: forged })];
    expect((await asTenant([...patch, ...write])).stderr).toMatch(/Forbidden/u);
    const status = ["get", "sfb", "orders", "-n", "intruder", "-o", "jsonpath={.status}"];
    expect(await cluster.kubectl(status)).not.toContain("forged");
  });

  test("neither blocks nor changes another's function by naming it first", async () => {
    await grant(own, aGrant());
    await intrude({ deletionPolicy: "Restore" });
    await isRefused();

    await secure();
    await isRefused();

    // He names it anew, after one of his own; and he cannot move what he has.
    await asTenant(["delete", "sfb", "orders", "-n", "intruder", "--timeout=30s"]);
    const mine = {
      functionApp: { ...(SPEC as { functionApp: object }).functionApp, name: "mine" },
    };
    await intrude(mine);
    const moved = await asTenant(["apply", "-f", "-"], ordersOf("intruder"));
    expect(moved.stderr).toMatch(/immutable/u);
    await asTenant(["delete", "sfb", "orders", "-n", "intruder", "--timeout=30s"]);
    const before = await askedUntilQuiet();
    await intrude({ deletionPolicy: "Restore" });
    await isRefused();
    expect(
      await asTenant(["delete", "sfb", "orders", "-n", "intruder", "--timeout=30s"]),
      "what he never had does not hold his object",
    ).toMatchObject({ exitCode: 0 });
    expect(await asked()).toEqual(before);
    expect(await shop.calls()).toEqual(CLOSED);
  });

  test("opens nothing with what was recorded when the function was his", async () => {
    await grant({ ...own, scopes: [SHOP_SCOPE] });
    await intrude({ deletionPolicy: "Restore" });
    await waitFor("intruder", "--for=condition=Ready");

    // Then it is given to another.
    await grant(aGrant());
    await isRefused();
    await secure();
    const before = await askedUntilQuiet();
    await asTenant(["delete", "sfb", "orders", "-n", "intruder", "--wait=false"]);
    const told = ["get", "sfb/orders", "-n", "intruder", "-o", `${STALLED}.message}`];
    await expect.poll(() => cluster.kubectl(told)).toMatch(/Being deleted, .* No grant/u);
    const retain = JSON.stringify({ spec: { deletionPolicy: "Retain" } });
    const patch = ["patch", "sfb", "orders", "-n", "intruder", "--type=merge", "-p", retain];
    await asTenant(patch);
    await waitFor("intruder", "--for=delete");
    await intrude({ deletionPolicy: "Restore" });
    await isRefused();
    await asTenant(["delete", "sfb", "orders", "-n", "intruder", "--wait=false"]);
    await expect.poll(() => cluster.kubectl(told)).toMatch(/Being deleted, .* No grant/u);
    await asTenant(patch);

    expect(await asked()).toEqual(before);
    expect(await shop.calls()).toEqual(CLOSED);
  });

  test("has no secret sent anywhere, and hears of none", async () => {
    const type = "--type=securedbackend.dev/subscription-key";
    const create = ["create", "secret", "generic", "unnamed", "-n", "intruder", type];
    await cluster.kubectl([...create, `--from-literal=primary=${KEY}`]);
    await grant({ ...own, scopes: [SHOP_SCOPE] });
    const check = (path: string) => ({
      verification: {
        gateway: [
          { api: "orders", path, subscriptionKeySecretRef: { name: "unnamed", key: "primary" } },
        ],
      },
    });
    for (const path of [
      "//evil.example/health",
      "https://evil.example/health",
      "@evil.example/health",
      "/\\evil.example/health",
      "/../../health",
      "/%2e%2e/health",
      "health",
    ]) {
      const { stderr } = await asTenant(["apply", "-f", "-"], ordersOf("intruder", check(path)));
      expect([path, stderr]).toEqual([path, expect.stringMatching(/is invalid: .*path/su)]);
    }

    await intrude(check("/health"));
    const get = ["get", "sfb,events", "-n", "intruder", "-o", "json"];
    await vi.waitFor(
      async () => {
        expect(await cluster.kubectl(get)).toContain(
          "The controller may not read Secret intruder/unnamed",
        );
      },
      { timeout: 40_000, interval: 250 },
    );
    const requests = JSON.stringify(await azure.control.requests({}));
    for (const told of [await cluster.kubectl(get), replica.stderr, requests]) {
      expect(told).not.toContain(KEY);
      expect(told).not.toContain(Buffer.from(KEY).toString("base64"));
    }
  });

  // The last one: it leaves the definitions lax.
  test("gets no token for Microsoft's own services, even where CRD and grant allow it", async () => {
    const names = ["securedfunctionbackends", "azurescopegrants"];
    const definitions = await cluster.kubectl([
      "get",
      "crd",
      ...names.map((name) => `${name}.securedbackend.dev`),
      "-o",
      "json",
    ]);
    const lax = JSON.parse(definitions, (key, value: unknown) =>
      key === "x-kubernetes-validations" ? undefined : value,
    ) as object;
    await cluster.kubectl(["replace", "-f", "-"], { input: JSON.stringify(lax) });
    const audiences = { clientIds: [GRAPH], managedRegistrations: "Deny" as const };
    await vi.waitFor(() => grant({ ...own, scopes: [SHOP_SCOPE], audiences }), {
      timeout: 30_000,
      interval: 250,
    });
    const before = await askedUntilQuiet();
    await vi.waitFor(() => intrude({ registration: { clientId: GRAPH } }), {
      timeout: 30_000,
      interval: 250,
    });
    await isRefused("InvalidSpec");
    const message = ["get", "sfb/orders", "-n", "intruder", "-o", `${STALLED}.message}`];
    expect(await cluster.kubectl(message)).toContain("application of Microsoft's own");
    expect(await asked()).toEqual(before);
  });
});
