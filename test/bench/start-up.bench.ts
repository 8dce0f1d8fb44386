import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildBundle } from "../image/build-bundle.ts";
import { startTestSimulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { PROJECT_ROOT } from "../support/project.ts";

const TELL_MEMORY = `data:text/javascript,process.on("exit",()=>console.error("rss="+process.memoryUsage.rss()))`;

/** What one file saves: time and memory of a `plan`, which loads everything that Azure takes. */
test("a plan by the bundle, and by the sources", { timeout: 120_000 }, async () => {
  await using folder = await temporaryFolder();
  await using azure = await startTestSimulator();
  const bundle = join(folder.path, "sfb.js");
  const sources = join(PROJECT_ROOT, "controller/main.ts");
  await buildBundle(bundle);

  const plan = async (program: string) => {
    const manifest = join(PROJECT_ROOT, "examples/orders.yaml");
    const since = performance.now();
    const child = spawn(
      process.execPath,
      ["--import", TELL_MEMORY, program, "plan", "-f", manifest],
      {
        cwd: folder.path,
        env: { ...azure.variables, NODE_EXTRA_CA_CERTS: process.env["NODE_EXTRA_CA_CERTS"] },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    await once(child, "close");
    return { tookInMs: performance.now() - since, rss: Number(/rss=(\d+)/.exec(stderr)?.[1]) };
  };

  for (const [name, program] of Object.entries({ bundle, sources })) {
    const runs = [await plan(program), await plan(program), await plan(program)];
    const { tookInMs, rss } = runs.toSorted((one, other) => one.tookInMs - other.tookInMs)[1] ?? {};
    expect(rss).toBeGreaterThan(0);
    console.log(
      `a plan by the ${name}: ${Math.round(tookInMs ?? 0)} ms, ${Math.round((rss ?? 0) / 2 ** 20)} MB`,
    );
  }
});
