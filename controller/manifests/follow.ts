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
  await following.watchFolders();
  return following;
}

class Following implements Disposable {
  readonly #paths: readonly string[];
  readonly #onChange: () => void;
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(paths: readonly string[], onChange: () => void) {
    this.#paths = paths;
    this.#onChange = onChange;
  }

  /** Watches all anew: folders come, go, and come again under the same name. */
  async watchFolders(): Promise<void> {
    const folders = (await Promise.all(this.#paths.map(foldersOf))).flat();
    if (this.#isDisposed) return;
    this.#close();
    this.#watchers = [...new Set(folders)].flatMap((folder) => this.#watch(folder) ?? []);
  }

  #watch(folder: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, () => this.#settle());
      return watcher.on("error", () => watcher.close());
    } catch {
      return undefined;
    }
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell(), QUIET_IN_MS);
  }

  /** Watches before it tells, so that what happens after the reading is told again. */
  async #tell(): Promise<void> {
    await this.watchFolders();
    if (!this.#isDisposed) this.#onChange();
  }

  #close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#close();
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
