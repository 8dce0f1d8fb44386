import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../../test/support/simulator.ts";
import { tellByCommandLine } from "./command-line/story.ts";
import { demonstrate } from "./demo.ts";
import { Stage } from "./stage.ts";

const DEMO = fileURLToPath(new URL("demo.ts", import.meta.url));

/** What the demonstration shows on this Azure, and its exit code. */
async function shownOn(azure: TestSimulator): Promise<{ exitCode: number; lines: string[] }> {
  const out = new PassThrough();
  const shown = text(out);
  const exitCode = await demonstrate(new Stage(out), azure, tellByCommandLine);
  out.end();
  return { exitCode, lines: (await shown).trimEnd().split("\n") };
}

describe("npm run demo", { timeout: 120_000 }, () => {
  test("tells the whole story, and every check passes", async () => {
    const demo = spawn(process.execPath, [DEMO], { stdio: ["ignore", "pipe", "inherit"] });
    const [shown, [exitCode]] = await Promise.all([text(demo.stdout), once(demo, "close")]);
    const lines = shown.trimEnd().split("\n");
    expect(lines.filter((line) => line.includes("WRONG"))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^(\d+) of \1 checks passed$/);
    expect(exitCode).toBe(0);
  });

  test("fails at the first chapter when the function does not answer", async () => {
    await using azure = await startTestSimulator();
    await azure.control.fault({
      match: { listener: "orders-func" },
      times: 100,
      fault: { status: 503 },
    });
    const { exitCode, lines } = await shownOn(azure);
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toBe("0 of 2 checks passed");
  });

  test("fails when a correction does not take effect", async () => {
    await using azure = await startTestSimulator();
    // Azure says that it took the policy, and did not: every time after the roll-out's own write.
    await azure.control.fault({
      match: { listener: "arm", method: "PUT", path: "/policies/policy" },
      after: 1,
      times: 100,
      fault: { status: 201, body: {} },
    });
    const { exitCode, lines } = await shownOn(azure);
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toMatch(/^\d+ of \d+ checks passed$/);
  });
});
