import { join } from "node:path";
import { build } from "rolldown";
import config from "../../rolldown.config.ts";
import { PROJECT_ROOT } from "../support/project.ts";

/** Makes what `npm run bundle` makes, as another file. */
export async function buildBundle(file: string): Promise<void> {
  const [output] = [config.output].flat();
  await build({
    ...config,
    input: join(PROJECT_ROOT, "controller/main.ts"),
    output: { ...output, file },
  });
}
