import { rename, rm, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { CommandLine } from "../support/command-line.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";

const REQUEST = "securedbackend.dev/reconcile-requested-at";
const SECURED = /shop\/orders: Ready Secured/;

/** Asks for a look at Azure now, by the annotation that works in a cluster as well. */
function requesting(token: string): (text: string) => string {
  return (text) => text.replace("metadata:", `metadata:\n  annotations: { ${REQUEST}: ${token} }`);
}

describe.concurrent("sfb watch", () => {
  test("tells drift and its correction field by field, and stops when asked", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    const watch = sfb.start("watch", "-f", "orders.yaml");
    await watch.prints(SECURED);
    const shop = new Shop(azure);
    const settings = await shop.authSettings();
    await shop.putAuthSettings({ ...settings, platform: { enabled: false } });

    await sfb.edit("orders.yaml", requesting("now"));

    await watch.prints(/drift authentication:\/platform\/enabled {2}false \[weakens\] -> true/);
    await watch.prints(/corrected authentication:\/platform\/enabled {2}false -> true/);
    expect((await shop.calls()).direct).toBe(401);
    const { exitCode, stderr, tookInMs } = await watch.terminate();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(tookInMs).toBeLessThan(5000);
    expect((await sfb.run("plan", "-f", "orders.yaml")).exitCode).toBe(0);
    expect((await sfb.run("apply", "-f", "orders.yaml")).exitCode).toBe(0);
  });

  test("goes on with a roll-out as soon as its manifest carries the release", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("manual-release.yaml", "orders.yaml");
    const watch = sfb.start("watch", "-f", "orders.yaml");
    await watch.prints(/shop\/orders: Stalled AwaitingRelease: .*\bplan-[0-9a-f]{32}\b/);
    const shop = new Shop(azure);
    expect((await shop.calls()).direct).toBe(200);
    const line = /securedbackend\.dev\/release: plan-[0-9a-f]{32}/.exec(watch.stdout)?.[0] ?? "";

    await sfb.edit("orders.yaml", (text) =>
      text.replace("\nmetadata:\n", `\nmetadata:\n  annotations:\n    ${line}\n`),
    );

    await watch.prints(SECURED);
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
    expect((await watch.terminate()).exitCode).toBe(0);
  });

  test("--output json tells each event in a line", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    const watch = sfb.start("watch", "-f", "orders.yaml", "--output", "json");
    await watch.prints(/"state":"Ready"/);
    const shop = new Shop(azure);
    const settings = await shop.authSettings();
    await shop.putAuthSettings({ ...settings, platform: { enabled: false } });
    await sfb.edit("orders.yaml", requesting("now"));
    await watch.prints(/"event":"corrected"/);
    const { stdout } = await watch.terminate();

    const events = stdout
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    const path = "authentication:/platform/enabled";
    const common = { time: expect.any(String), object: "shop/orders" };
    expect(events).toContainEqual({
      ...common,
      event: "drift",
      path,
      resource: expect.stringMatching(/orders-func\/config\/authsettingsV2$/),
      desired: "true",
      observed: "false",
      danger: "Weakens",
    });
    expect(events).toContainEqual(
      expect.objectContaining({ ...common, event: "corrected", path, observed: "false" }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ ...common, event: "condition", type: "Ready", status: "True" }),
    );
  });

  test("stops within 5 seconds though Azure hangs, and lets the state folder go", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await azure.control.fault({ match: {}, times: 100, fault: { hang: true } });
    const watch = sfb.start("watch", "-f", "orders.yaml");
    await expect
      .poll(async () => (await azure.control.requests()).length, { timeout: 15_000 })
      .toBeGreaterThan(0);

    const { exitCode, tookInMs } = await watch.terminate();

    expect(exitCode).toBe(0);
    expect(tookInMs).toBeLessThan(5000);
    expect((await sfb.run("delete", "-f", "orders.yaml")).exitCode).toBe(0);
  });

  test("keeps the last valid manifest in force while the file is broken", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml", "all/orders.yaml");
    const watch = sfb.start("watch", "-f", "all");
    await watch.prints(SECURED);

    await sfb.edit("all/orders.yaml", (text) => text.replace("spec:", "specification:"));
    await watch.prints(/orders\.yaml:3:1: specification: is an unknown field/);

    expect(watch.stdout).not.toContain("no longer reconciled");
    await rm(sfb.path("all", "orders.yaml"));
    await watch.prints(/shop\/orders: its manifest has gone, so it is no longer reconciled/);
  });

  test("follows a file that an editor replaces, and folders that come later", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml", "all/orders.yaml");
    const watch = sfb.start("watch", "-f", "all");
    await watch.prints(SECURED);

    await writeFile(sfb.path("all", "orders.yaml.new"), "kind: [");
    await rename(sfb.path("all", "orders.yaml.new"), sfb.path("all", "orders.yaml"));
    await watch.prints(/orders\.yaml:\d+:\d+: is no readable YAML/);
    await rm(sfb.path("all", "orders.yaml"));
    await watch.prints(/no longer reconciled/);
    await sfb.useExample("orders.yaml", "all/below/orders.yaml");
    await watch.prints(/no longer reconciled[^]*shop\/orders: Ready Secured/);
    expect(await watch.terminate()).toMatchObject({ exitCode: 0 });
  });

  test("ends when it is no longer alone, rather than work beside another", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    const watch = sfb.start("watch", "-f", "orders.yaml");
    await watch.prints(SECURED);
    await rm(sfb.path(".sfb", "lock"), { recursive: true });
    const { exitCode, stderr } = await watch.ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^sfb: the lock of \S+ was lost: .*\n$/);
  });

  test("is alone in its state folder", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    const watch = sfb.start("watch", "-f", "orders.yaml");
    await watch.prints(SECURED);

    const second = await sfb.run("apply", "-f", "orders.yaml");
    expect(second).toMatchObject({ exitCode: 1, stdout: "" });
    expect(second.stderr).toMatch(
      /^sfb: the state folder \S+ is in use by sfb watch \(process \d+ on \S+\): wait until it ends.*\n$/,
    );
    expect((await sfb.run("plan", "-f", "orders.yaml")).exitCode).toBe(0);
  });
});
