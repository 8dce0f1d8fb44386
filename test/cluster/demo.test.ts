import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { PROGRAMS } from "../../examples/demo/cluster/story.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { binary, describeMissing } from "./binaries.ts";

const DEMO = fileURLToPath(new URL("../../examples/demo/demo.ts", import.meta.url));
const isMissing = describeMissing(PROGRAMS) !== undefined;

function startDemo(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, [DEMO, "--cluster", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

describe("npm run demo -- --cluster", () => {
  test("says in one line how to get the programs that are missing", async () => {
    await using folder = await temporaryFolder();
    const demo = startDemo([], { XDG_CACHE_HOME: folder.path, KUBEBUILDER_ASSETS: "" });
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(demo.stdout),
      text(demo.stderr),
      once(demo, "close"),
    ]);
    expect(stderr).toMatch(
      /^There is no etcd, no kube-apiserver, .*`npm run cluster:install`.*\n$/u,
    );
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
  });

  describe.skipIf(isMissing)("on a real API server", () => {
    test("tells the whole story, and ends by itself", { timeout: 240_000 }, async () => {
      const demo = startDemo([]);
      const [stdout, stderr, [exitCode]] = await Promise.all([
        text(demo.stdout),
        text(demo.stderr),
        once(demo, "close"),
      ]);
      const lines = stdout.trimEnd().split("\n");
      expect(lines.filter((line) => line.includes("WRONG"))).toEqual([]);
      expect(lines.at(-1)).toMatch(/^(\d+) of \1 checks passed$/u);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    });

    test("stays to be explored as it says, until Ctrl-C", { timeout: 240_000 }, async () => {
      const demo = startDemo(["--keep"]);
      const lines: string[] = [];
      let objects: { stdout: string } | undefined;
      for await (const line of createInterface({ input: demo.stdout })) {
        lines.push(line);
        if (!line.includes("kubectl explain")) continue;
        const kubeconfig = lines.find((each) => each.includes("KUBECONFIG="))?.split("=")[1];
        const env = { KUBECONFIG: kubeconfig, HOME: dirname(kubeconfig ?? "") };
        objects = await promisify(execFile)(binary("kubectl"), ["get", "sfb", "-A"], { env });
        // A terminal interrupts the children as well.
        process.kill(-demo.pid!, "SIGINT");
      }
      expect(objects).toMatchObject({ stdout: "", stderr: "No resources found\n" });
      expect(lines.filter((line) => line.includes("WRONG"))).toEqual([]);
      expect(lines.at(-1)).toMatch(/^(\d+) of \1 checks passed$/u);
    });
  });
});
