import { rm } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { CommandLine } from "../support/command-line.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";

describe.concurrent("sfb delete", () => {
  test("forgets the object, leaves Azure alone, and says what stays", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.run("apply", "-f", "orders.yaml", "--wait");
    await azure.control.clearRequests();

    const first = await sfb.run("delete", "-f", "orders.yaml");
    const second = await sfb.run("delete", "-f", "orders.yaml");

    expect(first.exitCode).toBe(0);
    expect(first.stdout).toContain("Nothing was changed in Azure");
    expect(first.stdout).toContain("sfb policy remove --resource 3333");
    expect(second).toEqual({
      exitCode: 0,
      stdout: "shop/orders: is not managed here; nothing to do.\n",
      stderr: "",
    });
    expect(await azure.control.requests({ listener: "arm" })).toEqual([]);
    expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
    const left = Object.keys(await sfb.files());
    expect(left).toContain(".sfb/snapshots/shop_orders.json");
    expect(left).not.toContain(".sfb/objects/shop_orders.json");
  });

  test("--name forgets an object whose manifest has gone", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.run("apply", "-f", "orders.yaml", "--wait");
    await rm(sfb.path("orders.yaml"));

    const { exitCode, stdout } = await sfb.run("delete", "--name", "shop/orders", "-o", "json");

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ object: "shop/orders", wasManaged: true }]);
    const again = await sfb.run("delete", "--name", "shop/orders");
    expect(again).toMatchObject({ exitCode: 1, stdout: "" });
    expect(again.stderr).toMatch(/^sfb: --name shop\/orders: no such object/);
  });

  test("with deletionPolicy: Restore gives back what was there before", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.edit("orders.yaml", (text) =>
      text.replace("spec:", "spec:\n  deletionPolicy: Restore"),
    );
    const shop = new Shop(azure);
    const before = await shop.policy();
    await sfb.run("apply", "-f", "orders.yaml", "--wait");
    expect((await shop.calls()).direct).toBe(401);

    const { exitCode, stdout } = await sfb.run("delete", "-f", "orders.yaml");

    expect(exitCode).toBe(0);
    expect(stdout).toContain("What it had taken was given back");
    expect(await shop.calls()).toEqual({ direct: 200, gateway: 200 });
    expect(await shop.policy()).toBe(before);
    expect(Object.keys(await sfb.files())).not.toContain(".sfb/objects/shop_orders.json");
  });

  test("keeps an object of which something could not be given back", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.edit("orders.yaml", (text) =>
      text.replace("spec:", "spec:\n  deletionPolicy: Restore"),
    );
    await sfb.run("apply", "-f", "orders.yaml", "--wait");
    const forbidden = {
      match: { listener: "arm", method: "PUT" },
      times: 1,
      fault: { status: 403 },
    };
    await azure.control.fault(forbidden);

    const refused = await sfb.run("delete", "-f", "orders.yaml");
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toMatch(/^shop\/orders: still managed, .*\n {2}PermissionMissing: /);

    const again = await sfb.run("delete", "-f", "orders.yaml");
    expect(again).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await new Shop(azure).calls()).direct).toBe(200);
  });
});
