import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalAzure } from "../local-azure.ts";
import { Sfb } from "./sfb.ts";

/** The name of the manifest, in the folder where the user stands. */
export const MANIFEST = "orders.yaml";

/** Asks for a look at Azure before the object's next one is due. */
const REQUEST_ANNOTATION = "securedbackend.dev/reconcile-requested-at";

/** Somebody with `sfb` and a manifest. */
export interface User extends AsyncDisposable {
  readonly sfb: Sfb;
  /** Holds a copy of `examples/orders.yaml` and the state of the commands. */
  readonly folder: string;
  /** Has a running `watch` look at Azure now, and not at the object's next interval. */
  readonly requestLook: () => Promise<void>;
}

/** Gives the user a folder of his own, which goes with him. */
export async function createUser({ variables }: LocalAzure): Promise<User> {
  const folder = await mkdtemp(join(tmpdir(), "sfb-demo-"));
  const manifest = join(folder, MANIFEST);
  await copyFile(new URL("../../orders.yaml", import.meta.url), manifest);
  const original = await readFile(manifest, "utf8");
  let requests = 0;
  return {
    folder,
    sfb: new Sfb(folder, variables),
    requestLook: async () => {
      requests += 1;
      const annotation = `metadata:\n  annotations:\n    ${REQUEST_ANNOTATION}: "${requests}"`;
      await writeFile(manifest, original.replace("metadata:", annotation));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
