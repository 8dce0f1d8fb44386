import { mkdir, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { lockState } from "./lock.ts";
import { StateError } from "./state-error.ts";

describe("lockState", () => {
  test("is held by one at a time, and says by whom", async () => {
    await using folder = await temporaryFolder();
    await using _held = await lockState(folder.path, "watch");
    const second = lockState(folder.path, "apply");
    await expect(second).rejects.toThrow(StateError);
    await expect(second).rejects.toThrow(`in use by sfb watch (process ${process.pid} on `);
  });

  test("can be taken again once it was let go, and leaves nothing behind", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "made", "for", "it");
    {
      await using _held = await lockState(path, "apply");
    }
    await using again = await lockState(path, "watch");
    expect(again.lost.aborted).toBe(false);
    expect(await readFile(join(path, "holder"), "utf8")).toContain("sfb watch");
  });

  test("one that a crash left is free again after a while", async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "lock"));
    await expect(lockState(folder.path, "apply")).rejects.toThrow(/in use by another sfb: /);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(folder.path, "lock"), longAgo, longAgo);
    await using lock = await lockState(folder.path, "apply");
    expect(lock.lost.aborted).toBe(false);
  });

  test("a folder that cannot be written to is told, with what to do", async () => {
    await using folder = await temporaryFolder({ file: "" });
    await expect(lockState(join(folder.path, "file"), "apply")).rejects.toThrow(
      /state folder .*file cannot be written to \(.+\): make it writable, or name another/,
    );
  });
});
