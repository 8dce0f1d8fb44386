import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { temporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";
import { Service } from "./service.ts";

/** A program that writes its process id to `pid`, and serves until it is ended. */
const SERVES = 'echo $$ > "$1/pid"; exec sleep 1000';

async function folderWith(script: string): Promise<TemporaryFolder> {
  const folder = await temporaryFolder({ program: `#!/bin/sh\n${script}\n` });
  await chmod(join(folder.path, "program"), 0o755);
  return folder;
}

function settingsIn({ path }: TemporaryFolder) {
  return {
    program: join(path, "program"),
    flags: [path],
    logFile: join(path, "log"),
    isReady: async () => (await pidIn(path)) > 0,
  };
}

async function pidIn(path: string): Promise<number> {
  return Number(await readFile(join(path, "pid"), "utf8"));
}

/** A dead process that nobody has waited for is dead as well: in a container, that may be for ever. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const isZombie = (file: string) => /\) Z /u.test(readFileSync(file, "utf8"));
  return !existsSync("/proc") || !isZombie(`/proc/${pid}/stat`);
}

test("a service runs until it is let go", async () => {
  await using folder = await folderWith(SERVES);
  const service = await Service.start(settingsIn(folder));
  const pid = await pidIn(folder.path);
  const before = isAlive(pid);

  await service.stop();

  expect([before, isAlive(pid)]).toEqual([true, false]);
});

test("a frozen service can be stopped, and started again", async () => {
  await using folder = await folderWith(SERVES);
  await using service = await Service.start(settingsIn(folder));
  const first = await pidIn(folder.path);
  service.freeze();

  await service.stop();
  await service.start();

  await vi.waitFor(async () => expect(await pidIn(folder.path)).not.toBe(first));
  expect(isAlive(first)).toBe(false);
});

test("a program that ends instead of serving is quoted", async () => {
  await using folder = await folderWith("echo no such flag >&2; exit 2");

  await expect(Service.start(settingsIn(folder))).rejects.toThrow(
    /program has ended\. Its log ends:\nno such flag/u,
  );
});

test("a service dies with whoever started it, even when that is killed", async () => {
  await using folder = await folderWith(SERVES);
  const script = `
    import { access } from "node:fs/promises";
    import { Service } from ${JSON.stringify(join(import.meta.dirname, "service.ts"))};
    const [path] = process.argv.slice(1);
    await Service.start({
      program: path + "/program", flags: [path], logFile: path + "/log",
      isReady: () => access(path + "/pid").then(() => true),
    });
    console.log("started");
    setInterval(() => undefined, 1000);
  `;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", script, folder.path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(owner.stdout, "data");
  const pid = await pidIn(folder.path);
  const before = isAlive(pid);

  owner.kill("SIGKILL");

  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
  expect(before).toBe(true);
});
