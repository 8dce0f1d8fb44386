import { readFile, stat, writeFile } from "node:fs/promises";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { CommandLine } from "../support/command-line.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";

describe.concurrent("sfb apply", { timeout: 120_000 }, () => {
  test("--wait goes on until the function answers nobody but its gateway", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");

    const { exitCode, stdout, stderr } = await sfb.run("apply", "-f", "orders.yaml", "--wait");

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^shop\/orders: Ready Secured: .*\n$/);
    expect(stderr).toContain("shop/orders: Progressing: ");
    expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
  });

  test("without --wait it ends when Azure needs time, and goes on when called again", async () => {
    await using azure = await startTestSimulator({
      settings: { operationDurationInMs: 60_000, operationRetryAfterInSeconds: 30 },
    });
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");

    const first = await sfb.run("apply", "-f", "orders.yaml");
    expect(first).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("GatewayBusy") });
    const planned = await sfb.run("plan", "-f", "orders.yaml");
    expect(planned.exitCode).toBe(2);

    await azure.control.advanceClock(60_000);
    const second = await sfb.run("apply", "-f", "orders.yaml", "--wait");
    expect(second.exitCode).toBe(0);
  });

  test("--wait gives up after --timeout with exit code 2", async () => {
    await using azure = await startTestSimulator({
      settings: { operationDurationInMs: 600_000, operationRetryAfterInSeconds: 60 },
    });
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    const ended = await sfb.run("apply", "-f", "orders.yaml", "--wait", "--timeout", "2s");
    expect(ended).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("GatewayBusy") });
  });

  test("keeps identity, generation and status, for its owner's eyes alone", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    const first = await sfb.run("apply", "-f", "orders.yaml", "--wait", "-o", "json");
    await sfb.edit("orders.yaml", (text) => text.replace("spec:", "spec:\n  resyncInterval: 1h"));
    const second = await sfb.run("apply", "-f", "orders.yaml", "--wait", "-o", "yaml");

    const [before] = JSON.parse(first.stdout);
    const [after] = parse(second.stdout);
    expect(before.metadata).toMatchObject({ name: "orders", namespace: "shop", generation: 1 });
    expect(before.status.rollout.step).toBe("Completed");
    expect(after.metadata).toEqual({ ...before.metadata, generation: 2 });
    expect(after.status.observedGeneration).toBe(2);

    const modes = [".sfb", ".sfb/objects/shop_orders.json", ".sfb/snapshots/shop_orders.json"].map(
      async (name) => ((await stat(sfb.path(name))).mode & 0o777).toString(8),
    );
    expect(await Promise.all(modes)).toEqual(["700", "600", "600"]);
  });

  test("applies the valid manifests, names the invalid ones, and exits 1", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml", "all/orders.yaml");
    await sfb.useExample("invalid/no-apis.yaml", "all/broken.yaml");

    const { exitCode, stdout, stderr } = await sfb.run("apply", "-f", "all", "--wait");

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/broken\.yaml:2:1: spec\.apis: has too few entries \(found: \[\]; /);
    expect(stdout).toContain("shop/orders: Ready");
  });

  test("exits 1 on what needs a person, and tries it again when it was put right", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.edit("orders.yaml", (text) => text.replace("path: /health", "path: /nothing-here"));

    const failed = await sfb.run("apply", "-f", "orders.yaml", "--wait", "--settle-time", "1s");
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain("shop/orders: Stalled GatewayCheckFailed: ");
    expect((await new Shop(azure).calls()).direct).toBe(200);

    await sfb.edit("orders.yaml", (text) => text.replace("path: /nothing-here", "path: /health"));
    const fixed = await sfb.run("apply", "-f", "orders.yaml", "--wait");
    expect(fixed.exitCode).toBe(0);
  });

  test("ends soon when asked to, says how far it came, and can be called again", async () => {
    await using azure = await startTestSimulator({
      settings: { operationDurationInMs: 600_000, operationRetryAfterInSeconds: 60 },
    });
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    const apply = sfb.start("apply", "-f", "orders.yaml", "--wait");
    await apply.prints(/GatewayBusy/);

    const { exitCode, stdout, tookInMs } = await apply.terminate();

    expect(exitCode).toBe(2);
    expect(stdout).toContain("shop/orders: Reconciling GatewayBusy: ");
    expect(tookInMs).toBeLessThan(5000);
    expect((await sfb.run("apply", "-f", "orders.yaml")).exitCode).toBe(2);
  });

  test("goes on with the others when one object cannot be secured", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml", "all/orders.yaml");
    await sfb.useExample("orders.yaml", "all/a-copy.yaml");
    await sfb.edit("all/a-copy.yaml", (text) =>
      text.replaceAll("orders-func", "no-func").replace("name: orders\n", "name: absent\n"),
    );

    const { exitCode, stdout } = await sfb.run("apply", "-f", "all", "--wait");

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^shop\/absent: Stalled TargetNotFound: /m);
    expect(stdout).toMatch(/^shop\/orders: Ready Secured: /m);
  });

  test("only looks in mode Observe, and is ready when it has looked", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("observe-only.yaml");
    const { exitCode, stdout } = await sfb.run("apply", "-f", "observe-only.yaml", "--wait");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/: Ready Observed: .* settings differ/);
    expect(await new Shop(azure).writes()).toEqual([]);
  });

  test("logs each pass as JSON when asked", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open({ ...azure.variables, LOG_LEVEL: "info" });
    await sfb.useExample("orders.yaml");
    const ended = await sfb.run("apply", "-f", "orders.yaml", "--wait");
    expect(ended).toMatchObject({ exitCode: 0 });
    const logged = ended.stderr
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line): unknown => JSON.parse(line));
    expect(logged.at(-1)).toEqual({
      level: "info",
      time: expect.any(String),
      object: "shop/orders",
      reason: "Secured",
      outcome: "secured",
      changes: 0,
      durationInMs: expect.any(Number),
      msg: "reconciled",
    });
  });

  test("refuses to move an object to another function", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.run("apply", "-f", "orders.yaml", "--wait");
    await sfb.edit("orders.yaml", (text) => text.replace("name: orders-func", "name: no-func"));

    const { exitCode, stderr } = await sfb.run("apply", "-f", "orders.yaml");

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/orders\.yaml:3:1: spec\.functionApp: is immutable/);
  });

  test("writes nothing to Azure when the state folder cannot be written to", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    const ended = await sfb.run("apply", "-f", "orders.yaml", "--state", "orders.yaml");
    expect(ended).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(/^sfb: the state folder .*orders\.yaml cannot be written to /),
    });
    expect(await azure.control.requests({ listener: "arm" })).toEqual([]);
  });

  test("writes nothing to Azure when no snapshot can be kept", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.run("delete", "-f", "orders.yaml");
    await writeFile(sfb.path(".sfb", "snapshots"), "a file where a folder should be");

    const { exitCode, stdout } = await sfb.run("apply", "-f", "orders.yaml", "--wait");

    expect(exitCode).toBe(1);
    expect(stdout).toContain("Stalled SnapshotUnavailable: ");
    expect(await new Shop(azure).writes()).toEqual([]);
  });

  test("touches nothing when the state is damaged", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.run("apply", "-f", "orders.yaml", "--wait");
    const file = sfb.path(".sfb", "objects", "shop_orders.json");
    await writeFile(file, '{"object": {"metad');
    await azure.control.clearRequests();

    const ended = await sfb.run("apply", "-f", "orders.yaml");

    expect(ended).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ended.stderr).toMatch(/^sfb: .*shop_orders\.json cannot be read \(.*\): repair it/);
    expect(await readFile(file, "utf8")).toBe('{"object": {"metad');
    expect(await azure.control.requests({ listener: "arm" })).toEqual([]);
  });
});
