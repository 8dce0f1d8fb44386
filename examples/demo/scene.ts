import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Callers } from "./callers.ts";
import type { LocalAzure } from "./local-azure.ts";
import { Portal } from "./portal.ts";
import { Sfb } from "./sfb.ts";
import type { Stage } from "./stage.ts";

/** The name of the manifest, in the folder where the user of the demonstration stands. */
export const MANIFEST = "orders.yaml";

/** Asks for a look at Azure before the object's next one is due. */
const REQUEST_ANNOTATION = "securedbackend.dev/reconcile-requested-at";

/** Everybody who plays, and where. */
export interface Scene extends AsyncDisposable {
  readonly stage: Stage;
  readonly callers: Callers;
  readonly portal: Portal;
  readonly sfb: Sfb;
  /** Holds a copy of `examples/orders.yaml` and the state of the commands. */
  readonly folder: string;
  /** Has a running `watch` look at Azure now, and not at the object's next interval. */
  readonly requestLook: () => Promise<void>;
}

/** Sets the scene in a folder of its own, which goes when the scene is left. */
export async function setScene(stage: Stage, azure: LocalAzure): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), "sfb-demo-"));
  const manifest = join(folder, MANIFEST);
  await copyFile(new URL("../orders.yaml", import.meta.url), manifest);
  const original = await readFile(manifest, "utf8");
  let requests = 0;
  return {
    stage,
    folder,
    callers: new Callers(azure),
    portal: new Portal(azure),
    sfb: new Sfb(folder, azure.variables),
    requestLook: async () => {
      requests += 1;
      const annotation = `metadata:\n  annotations:\n    ${REQUEST_ANNOTATION}: "${requests}"`;
      await writeFile(manifest, original.replace("metadata:", annotation));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
