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

/** Everybody who plays, and where. */
export interface Scene extends AsyncDisposable {
  readonly stage: Stage;
  readonly callers: Callers;
  readonly portal: Portal;
  readonly sfb: Sfb;
  /** Holds a copy of `examples/orders.yaml` and the state of the commands. */
  readonly folder: string;
  /** Saves the manifest once more, so that a running `watch` looks at Azure now. */
  readonly saveManifest: () => Promise<void>;
}

/** Sets the scene in a folder of its own, which goes when the scene is left. */
export async function setScene(stage: Stage, azure: LocalAzure): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), "sfb-demo-"));
  const manifest = join(folder, MANIFEST);
  await copyFile(new URL("../orders.yaml", import.meta.url), manifest);
  const original = await readFile(manifest, "utf8");
  let saves = 0;
  return {
    stage,
    folder,
    callers: new Callers(azure),
    portal: new Portal(azure),
    sfb: new Sfb(folder, azure.variables),
    saveManifest: async () => {
      saves += 1;
      const annotation = `metadata:\n  annotations:\n    example.com/look: "${saves}"`;
      await writeFile(manifest, original.replace("metadata:", annotation));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
