import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { residentBytes } from "./peak-memory.ts";

test.runIf(process.platform === "linux")(
  "the memory of a process group is that of its processes, until they have ended",
  async () => {
    // Two processes: a shell, and the `cat` it waits for.
    const shell = spawn("sh", ["-c", "cat; true"], { detached: true });
    shell.stdin.write("ready");
    await once(shell.stdout, "data");

    const whileRunning = residentBytes(shell.pid!);
    shell.stdin.end();
    await once(shell, "close");

    expect(whileRunning).toBeGreaterThan(2 ** 16);
    expect(residentBytes(shell.pid!)).toBe(0);
  },
);
