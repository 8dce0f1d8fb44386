import { randomUUID } from "node:crypto";
import type { Config } from "../config.ts";
import type { StateFolder } from "../manifests/state.ts";

type Named = Pick<Config, "installation">;

/**
 * By which name other installations know this one: the one given, or the state folder's own. A folder
 * without one gets it here.
 * @throws {StateError}
 */
export async function installationOf(config: Named, state: StateFolder): Promise<string> {
  const known = await knownInstallation(config, state);
  if (known !== undefined) return known;
  const created = randomUUID();
  await state.saveInstallation(created);
  return created;
}

/** The same for a command that writes nothing: undefined where there is no name yet. @throws {StateError} */
export async function knownInstallation(
  { installation }: Named,
  state: StateFolder,
): Promise<string | undefined> {
  return installation ?? (await state.installation());
}
