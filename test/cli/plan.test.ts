import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { CommandLine } from "../support/command-line.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";

describe.concurrent("sfb plan", () => {
  test("says what differs, exits 2, and writes nothing anywhere", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    const before = await sfb.files();

    const { exitCode, stdout, stderr } = await sfb.run("plan", "-f", "orders.yaml");

    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" });
    const places = [
      "shop/orders: 11 changes to make",
      "managed-identity",
      "None [hardens] -> SystemAssigned",
      "app-registration: in sync",
      "inbound/authentication-managed-identity ",
      "/platform/enabled ",
      "(known after apply)",
      "calls at present: DirectCallAdmitted",
    ].map((text) => [text, stdout.indexOf(text)] as const);
    expect(places.filter(([, at]) => at < 0)).toEqual([]);
    expect(places).toEqual(places.toSorted(([, left], [, right]) => left - right));
    expect(await new Shop(azure).writes()).toEqual([]);
    expect(await sfb.files()).toEqual(before);
  });

  test("exits 0 on a secured pair, with and without the state that was kept", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.run("apply", "-f", "orders.yaml", "--wait");

    const known = await sfb.run("plan", "-f", "orders.yaml", "-o", "json");
    const unknown = await sfb.run("plan", "-f", "orders.yaml", "-o", "json", "--state", "other");

    expect(known.exitCode).toBe(0);
    expect(JSON.parse(known.stdout)).toEqual([
      {
        object: "shop/orders",
        inSync: true,
        message: "nothing to change",
        changes: [],
        notes: expect.arrayContaining([
          expect.objectContaining({ safeguard: "hardening", code: "not-hardened" }),
        ]),
        obstacle: null,
        verified: {
          status: "True",
          reason: "Succeeded",
          message: expect.stringContaining("direct calls refused"),
        },
      },
    ]);
    expect(unknown.exitCode).toBe(0);
    const [{ notes, ...planned }] = JSON.parse(known.stdout);
    const [unnamed] = JSON.parse(unknown.stdout);
    const marker = { safeguard: "authentication", code: "owned-elsewhere" };
    expect(unnamed).toEqual({
      ...planned,
      notes: expect.arrayContaining([...notes, expect.objectContaining(marker)]),
    });
  });

  test("exits 1 and says what to do when something is in the way", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.edit("orders.yaml", (text) => text.replace("name: orders-func", "name: no-func"));

    const { exitCode, stdout } = await sfb.run("plan", "-f", "orders.yaml");

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/TargetNotFound: .*no-func/);
  });

  test("exits 1 when Azure cannot be reached", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open({
      ...azure.variables,
      AZURE_RESOURCE_MANAGER_ENDPOINT: "https://localhost:1",
    });
    await sfb.useExample("orders.yaml");
    const { exitCode, stdout, stderr } = await sfb.run("plan", "-f", "orders.yaml");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain("AzureUnavailable");
  });

  test("gives nothing back, though a roll-back is due", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.run("apply", "-f", "orders.yaml", "--wait");
    await rewriteRollout(sfb, "RollBack");
    const shop = new Shop(azure);
    await azure.control.clearRequests();

    const { exitCode } = await sfb.run("plan", "-f", "orders.yaml");

    expect(exitCode).toBe(0);
    expect(await shop.writes()).toEqual([]);
  });

  test("of two objects on one function, the one that is not managed yet stands back", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.run("apply", "-f", "orders.yaml", "--wait");
    await sfb.edit("orders.yaml", (text) => text.replace("name: orders\n", "name: another\n"));

    const { exitCode, stdout } = await sfb.run("plan", "-f", "orders.yaml");

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^shop\/another: shop\/orders is older and governs /);
  });
});

/** As if a pass had given up right before the machine stopped. */
async function rewriteRollout(sfb: CommandLine, step: string): Promise<void> {
  const file = sfb.path(".sfb", "objects", "shop_orders.json");
  const stored = JSON.parse(await readFile(file, "utf8"));
  stored.object.status.rollout = { step, startedAt: "2026-01-01T00:00:00.000Z" };
  await writeFile(file, JSON.stringify(stored));
}
