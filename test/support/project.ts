import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** The project's folder, with a slash at its end. */
export const PROJECT_ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The path of a file of `examples/`. */
export function examplePath(name: string): string {
  return join(PROJECT_ROOT, "examples", name);
}

/** The object in a file of `examples/`. */
export function readExample(name: string): unknown {
  return parse(readFileSync(examplePath(name), "utf8"));
}
