import { open } from "node:fs/promises";
import { join } from "node:path";
import {
  KEY_SECRET_TYPE,
  keyIn,
  missing,
  type KeyLookup,
  type KeyReference,
  type SubscriptionKeys,
} from "../verify/subscription-keys.ts";
import { parseObjects } from "./parse.ts";

/** Rights of group and others: a key is for its owner alone. */
const RIGHTS_OF_OTHERS = 0o077;

/**
 * Subscription keys without a cluster: `<folder>/<namespace>/<name>.yaml`, each the manifest of a
 * Secret as `kubectl create secret … --dry-run=client -o yaml` prints it.
 */
export class KeyFolder implements SubscriptionKeys {
  readonly #folder: string;
  readonly #warn: (message: string) => void;
  readonly #warned = new Set<string>();

  /**
   * @param folder absolute.
   * @param warn called once for each file that others may read.
   */
  constructor(folder: string, warn: (message: string) => void) {
    this.#folder = folder;
    this.#warn = warn;
  }

  /** The schema allows no name that leads out of the folder. */
  async find(namespace: string, reference: KeyReference): Promise<KeyLookup> {
    const file = join(this.#folder, namespace, `${reference.name}.yaml`);
    let text: string;
    try {
      text = await this.#read(file);
    } catch (error) {
      const { code = "unreadable" } = error as NodeJS.ErrnoException;
      return missing(
        `${file} cannot be read (${code}). Put the manifest of a Secret of type ${KEY_SECRET_TYPE} there.`,
      );
    }
    const { objects, problems } = parseObjects(text, file);
    const [object, ...others] = objects;
    // Not the parser's own words: they may quote what stands there.
    if (problems.length > 0 || object === undefined || others.length > 0) {
      return missing(`${file} does not hold exactly one readable Secret.`);
    }
    return keyIn(object.value, namespace, reference);
  }

  async #read(file: string): Promise<string> {
    await using handle = await open(file);
    const { mode } = await handle.stat();
    if ((mode & RIGHTS_OF_OTHERS) !== 0 && !this.#warned.has(file)) {
      this.#warned.add(file);
      this.#warn(`${file} can be read by others than its owner: chmod 600 ${file}`);
    }
    return await handle.readFile("utf8");
  }
}
