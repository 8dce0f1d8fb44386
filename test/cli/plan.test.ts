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
      "preflight",
      "restarts the app",
      "CallersWithKeys: nothing seen; cannot be seen: ",
      "3 of 3 that these writes need are granted",
      "  managed-identity",
      "None [hardens] -> SystemAssigned",
      "app-registration: in sync",
      "inbound/authentication-managed-identity ",
      "/platform/enabled ",
      "(known after apply)",
      "ways around the lock: NoBypassFound",
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
        preflight: {
          writes: [],
          risks: [],
          permissions: [],
          refusedReads: [],
          release: {
            hash: null,
            state: "NotNeeded",
            annotation: "securedbackend.dev/release",
          },
        },
        changes: [],
        notes: expect.arrayContaining([
          expect.objectContaining({ safeguard: "hardening", code: "not-hardened" }),
        ]),
        obstacle: null,
        findings: [],
        noBypass: {
          status: "True",
          reason: "NoBypassFound",
          message: "No way around the lock was found.",
        },
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

describe.concurrent("a plan that waits for its release", () => {
  test("has one hash in plan and apply, and goes on once a manifest carries it", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("manual-release.yaml", "orders.yaml");

    const first = await sfb.run("apply", "-f", "orders.yaml", "--wait");
    expect(first.exitCode).toBe(1);
    expect(first.stdout).toContain("Stalled AwaitingRelease: ");
    const hash = /\bplan-[0-9a-f]{32}\b/.exec(first.stdout)?.[0] ?? "no hash";

    expect(await releaseIn(sfb)).toMatchObject({ hash, state: "Awaited" });

    await sfb.edit("orders.yaml", (manifest) =>
      manifest.replace(
        "  namespace: shop\n",
        `  namespace: shop\n  annotations:\n    securedbackend.dev/release: ${hash}\n`,
      ),
    );
    const second = await sfb.run("apply", "-f", "orders.yaml", "--wait");

    expect(second.exitCode).toBe(0);
    expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
  });
});

describe.concurrent("ways around the lock", () => {
  test("are printed with their remedy, and leave the exit code as it is", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    await sfb.edit("orders.yaml", (text) =>
      text.replace(
        "  verification:\n",
        "  authentication:\n    excludedPaths: [/api/open/*]\n  verification:\n",
      ),
    );

    const { exitCode, stdout } = await sfb.run("plan", "-f", "orders.yaml");

    expect(exitCode).toBe(2);
    expect(stdout).toMatch(
      /^ {2}ways around the lock: NoBypassFound\n {4}Info PathOpen: .* Take the path out of /m,
    );
  });
});

/** What `sfb plan` says of the release, for programs. */
async function releaseIn(sfb: CommandLine): Promise<unknown> {
  const { stdout } = await sfb.run("plan", "-f", "orders.yaml", "-o", "json");
  const [record] = JSON.parse(stdout) as { preflight: { release: unknown } }[];
  return record?.preflight.release;
}

/** As if a pass had given up right before the machine stopped. */
async function rewriteRollout(sfb: CommandLine, step: string): Promise<void> {
  const file = sfb.path(".sfb", "objects", "shop_orders.json");
  const stored = JSON.parse(await readFile(file, "utf8"));
  stored.object.status.rollout = { step, startedAt: "2026-01-01T00:00:00.000Z" };
  await writeFile(file, JSON.stringify(stored));
}
