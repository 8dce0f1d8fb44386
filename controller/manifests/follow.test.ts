import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { followFiles } from "./follow.ts";

/** Follows paths, and waits for what is told. */
async function follow(...paths: string[]) {
  let told = Promise.withResolvers<void>();
  const following = await followFiles(paths, () => told.resolve());
  return {
    following,
    /** Settles once a change that this action made is told. */
    after: async (action: () => Promise<unknown>): Promise<string> => {
      told = Promise.withResolvers<void>();
      await action();
      await told.promise;
      return "told";
    },
  };
}

describe("followFiles tells", () => {
  test("that a file was written, replaced as editors do it, and removed", async () => {
    await using folder = await temporaryFolder({ "a.yaml": "1" });
    const file = join(folder.path, "a.yaml");
    const { following, after } = await follow(file);
    using _following = following;
    expect(await after(() => writeFile(file, "2"))).toBe("told");
    const replace = async () => {
      await writeFile(`${file}~`, "3");
      await rename(`${file}~`, file);
    };
    expect(await after(replace)).toBe("told");
    expect(await after(() => writeFile(file, "4"))).toBe("told");
    expect(await after(() => rm(file))).toBe("told");
    expect(await after(() => writeFile(file, "5"))).toBe("told");
  });

  test("what happens in a folder, in those below, and in those that come later", async () => {
    await using folder = await temporaryFolder({ "below/a.yaml": "1" });
    const { following, after } = await follow(folder.path);
    using _following = following;
    expect(await after(() => writeFile(join(folder.path, "below", "a.yaml"), "2"))).toBe("told");
    const later = join(folder.path, "later");
    expect(await after(() => mkdir(later))).toBe("told");
    expect(await after(() => writeFile(join(later, "b.yaml"), "1"))).toBe("told");
    expect(await after(() => rm(later, { recursive: true }))).toBe("told");
    expect(await after(() => mkdir(later))).toBe("told");
    expect(await after(() => writeFile(join(later, "b.yaml"), "1"))).toBe("told");
  });

  test("nothing where the folder is missing, and fails not", async () => {
    await using folder = await temporaryFolder();
    const following = await followFiles([join(folder.path, "no", "a.yaml")], () => undefined);
    expect(() => following[Symbol.dispose]()).not.toThrow();
  });
});
