import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject } from "../api/v1alpha1/json-object.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { EMPTY_SNAPSHOT, parseSnapshot, type SnapshotStore } from "../reconcile/snapshot.ts";
import { keyOf } from "./object-key.ts";
import { replaceFile } from "./replace-file.ts";
import { StateError } from "./state-error.ts";

type Named = Pick<SecuredFunctionBackend, "metadata">;

/**
 * What a cluster would keep: each object with its identity and status, the snapshot of what was there
 * before it, and the installation's own name. Names hold neither dots nor underscores, so that no two objects share a file; no
 * file looks like a manifest, should the folder lie among manifests.
 */
export class StateFolder {
  readonly path: string;

  /** @param path absolute; the folder need not exist. */
  constructor(path: string) {
    this.path = path;
  }

  /** Every object in the folder, by `namespace/name`. @throws {StateError} when one is unreadable. */
  async list(): Promise<ReadonlyMap<string, SecuredFunctionBackend>> {
    const folder = join(this.path, "objects");
    const names = await readdir(folder).catch((error: unknown) => {
      if (isAbsent(error)) return [];
      throw unreadable(folder, error);
    });
    const files = names.filter((name) => name.endsWith(".json")).toSorted();
    const objects = await Promise.all(files.map((name) => readObject(join(folder, name))));
    return new Map(objects.map((object) => [keyOf(object), object]));
  }

  /** @throws {StateError} when it cannot be stored; what was stored before is still there then. */
  async save(object: SecuredFunctionBackend): Promise<void> {
    await this.#write(this.#objectFile(object), { object });
  }

  /** Forgets an object and its status; what is absent is forgotten already. Its snapshot stays. */
  async remove(object: Named): Promise<void> {
    await rm(this.#objectFile(object), { force: true });
  }

  /** By which name other installations know this folder, if it has one. @throws {StateError} */
  async installation(): Promise<string | undefined> {
    const file = this.#installationFile();
    const value = await readJson(file).catch((error: unknown) => {
      throw unreadable(file, error);
    });
    if (value === undefined) return undefined;
    const installation = isJsonObject(value) ? value["installation"] : undefined;
    if (typeof installation === "string" && installation !== "") return installation;
    throw unreadable(file, new TypeError("it names no installation"));
  }

  /** @throws {StateError} when it cannot be stored. */
  async saveInstallation(installation: string): Promise<void> {
    await this.#write(this.#installationFile(), { installation });
  }

  /** Where the object's snapshot is kept, if there is one. */
  snapshotFile(object: Named): string {
    return join(this.path, "snapshots", fileName(object));
  }

  snapshots(object: Named): SnapshotStore {
    const file = this.snapshotFile(object);
    return {
      async load() {
        try {
          const value = await readJson(file);
          return value === undefined ? EMPTY_SNAPSHOT : parseSnapshot(value);
        } catch (error) {
          throw unreadable(file, error);
        }
      },
      store: async (snapshot) => await replaceFile(file, toText(snapshot)),
    };
  }

  async #write(file: string, value: unknown): Promise<void> {
    await replaceFile(file, toText(value)).catch((cause: unknown) => {
      throw new StateError(
        `${file} cannot be written (${(cause as Error).message}): make the state folder writable`,
        { cause },
      );
    });
  }

  #installationFile(): string {
    return join(this.path, "installation.json");
  }

  #objectFile(object: Named): string {
    return join(this.path, "objects", fileName(object));
  }
}

function fileName({ metadata }: Named): string {
  return `${metadata.namespace}_${metadata.name}.json`;
}

async function readObject(file: string): Promise<SecuredFunctionBackend> {
  const value = await readJson(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const object = isJsonObject(value) ? value["object"] : undefined;
  if (isJsonObject(object) && isJsonObject(object["metadata"]) && isJsonObject(object["spec"])) {
    return object as unknown as SecuredFunctionBackend;
  }
  throw unreadable(file, new TypeError("it holds no object"));
}

/** The value in a file, or undefined when there is no file. */
async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

function unreadable(path: string, cause: unknown): StateError {
  return new StateError(
    `${path} cannot be read (${(cause as Error).message}): repair it, or move it away to begin anew without it`,
    { cause },
  );
}
