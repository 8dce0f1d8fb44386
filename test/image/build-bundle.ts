import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";
import config from "../../rolldown.config.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Makes what `npm run bundle` makes, as another file. */
export async function buildBundle(file: string): Promise<void> {
  const [output] = [config.output].flat();
  await build({
    ...config,
    input: join(ROOT, "controller/main.ts"),
    output: { ...output, file },
  });
}
