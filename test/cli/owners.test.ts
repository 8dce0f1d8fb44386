import { describe, expect, test } from "vitest";
import { CommandLine } from "../support/command-line.ts";
import { startTestSimulator } from "../support/simulator.ts";

describe.concurrent("two installations on one function", () => {
  test("plan and apply name the owner; the annotation takes over", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    const first = await sfb.run("apply", "-f", "orders.yaml", "--wait", "--installation", "team-a");
    expect(first.exitCode).toBe(0);

    const planned = await sfb.run("plan", "-f", "orders.yaml", "--installation", "team-b");
    expect(planned.exitCode).toBe(1);
    expect(planned.stdout).toContain("OwnedElsewhere");
    const nameless = await sfb.run("plan", "-f", "orders.yaml", "--state", "lost");
    expect(nameless.exitCode, "it cannot tell whose the marker is").toBe(0);
    expect(nameless.stdout).toContain("team-a/shop/orders");
    expect(Object.keys(await sfb.files()).filter((path) => path.startsWith("lost"))).toEqual([]);

    const refused = await sfb.run("apply", "-f", "orders.yaml", "--wait", "--state", "lost");
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toMatch(/^shop\/orders: Stalled OwnedElsewhere: /);
    const [, annotation] = /set the annotation (\S+: \S+)/u.exec(refused.stdout) ?? [];

    await sfb.edit("orders.yaml", (text) =>
      text.replace("metadata:", `metadata:\n  annotations: { ${annotation} }`),
    );
    const taken = await sfb.run("apply", "-f", "orders.yaml", "--wait", "--state", "lost");
    expect(taken).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Ready Secured") });

    const former = await sfb.run("plan", "-f", "orders.yaml", "--installation", "team-a");
    expect(former.exitCode).toBe(1);
  });

  test("one name makes one installation of two state folders", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("orders.yaml");
    for (const state of ["monday", "tuesday"]) {
      const args = ["--wait", "--state", state, "--installation", "pipeline"];
      const ended = await sfb.run("apply", "-f", "orders.yaml", ...args);
      expect(ended.exitCode).toBe(0);
    }
  });
});
