import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { StateError } from "../manifests/state-error.ts";
import { StateFolder } from "../manifests/state.ts";
import { installationOf, knownInstallation } from "./installation.ts";

const UNNAMED = { installation: undefined };

test("a state folder is one installation, however often it is opened", async () => {
  await using folder = await temporaryFolder();
  const first = await installationOf(UNNAMED, new StateFolder(folder.path));
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
  expect(await installationOf(UNNAMED, new StateFolder(folder.path))).toBe(first);
  expect(await knownInstallation(UNNAMED, new StateFolder(folder.path))).toBe(first);
});

test("a command that writes nothing leaves no name behind", async () => {
  await using folder = await temporaryFolder();
  expect(await knownInstallation(UNNAMED, new StateFolder(folder.path))).toBeUndefined();
  expect(await readdir(folder.path)).toEqual([]);
});

test("a name that is given goes before the folder's own", async () => {
  await using folder = await temporaryFolder();
  const state = new StateFolder(folder.path);
  await state.saveInstallation("own");
  expect(await installationOf({ installation: "ci" }, state)).toBe("ci");
  expect(await state.installation()).toBe("own");
});

test("a file that holds no name is told, not replaced", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "installation.json"), "{}");
  const asking = installationOf(UNNAMED, new StateFolder(folder.path));
  await expect(asking).rejects.toThrow(StateError);
});
