import { watch, type FSWatcher } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A save is several events: a new file, a rename, a change of its times. */
const QUIET_IN_MS = 100;

/**
 * Calls `onChange` when something happened to the files or below the folders; what, must be read.
 *
 * Only folders are watched, each for itself: a watch on a file is lost when an editor puts a new one
 * in its place, and Node's recursive watch on Linux watches files. Where the system cannot watch
 * (network drives, too many watches) nothing is called: read again from time to time as well.
 *
 * @param paths absolute.
 */
export async function followFiles(
  paths: readonly string[],
  onChange: () => void,
): Promise<Disposable> {
  const following = new Following(paths, onChange);
  await following.watchNewFolders();
  return following;
}

class Following implements Disposable {
  readonly #paths: readonly string[];
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(paths: readonly string[], onChange: () => void) {
    this.#paths = paths;
    this.#onChange = onChange;
  }

  async watchNewFolders(): Promise<void> {
    const folders = (await Promise.all(this.#paths.map(foldersOf))).flat();
    if (this.#isDisposed) return;
    for (const folder of folders) {
      if (!this.#watchers.has(folder)) this.#watch(folder);
    }
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, () => this.#settle());
      this.#watchers.set(folder, watcher);
      watcher.on("error", () => this.#forget(folder));
    } catch {
      this.#forget(folder);
    }
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell(), QUIET_IN_MS);
  }

  /** New folders are watched before the change is told, so that what comes into them is not missed. */
  async #tell(): Promise<void> {
    await this.watchNewFolders();
    if (!this.#isDisposed) this.#onChange();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    for (const folder of this.#watchers.keys()) this.#forget(folder);
  }
}

/** A folder with those below it, without hidden ones; the folder of a file. */
async function foldersOf(path: string): Promise<readonly string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [dirname(path)];
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(async (entry) => await foldersOf(join(path, entry.name)));
  return [path, ...(await Promise.all(below)).flat()];
}
