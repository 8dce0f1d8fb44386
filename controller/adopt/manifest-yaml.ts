import { Document, isMap, isScalar, stringify } from "yaml";
import type { Adoption } from "./build-manifest.ts";

/** As kubectl reads YAML, `no` without quotes is no text. */
const QUOTED_FOR_KUBECTL = { compat: "yaml-1.1" };

/**
 * The manifest as its owner keeps it: the remarks as comments, and a call to be filled in. It means the
 * same to kubectl.
 */
export function manifestYaml({ manifest, remarks }: Adoption): string {
  const document = new Document(manifest, { aliasDuplicateObjects: false, ...QUOTED_FOR_KUBECTL });
  const spec = document.get("spec");
  if (!isMap(spec)) throw new TypeError("A manifest has a spec.");
  for (const { key } of spec.items) {
    const texts = remarks.filter(({ field }) => isScalar(key) && field === key.value);
    if (isScalar(key) && texts.length > 0) {
      key.commentBefore = texts.map(({ text }) => ` ${text}`).join("\n");
    }
  }
  spec.comment = checkToFillIn(manifest.spec.apis[0]?.name ?? "");
  return document.toString({ lineWidth: 0 });
}

/** Which path is safe to call nobody can guess. */
function checkToFillIn(api: string): string {
  return [
    "Name a safe GET call that must keep working: an open function is closed only after it passed.",
    "verification:",
    "  gateway:",
    `    - api: ${stringify(api, QUOTED_FOR_KUBECTL).trim()}`,
    "      path: /health",
  ]
    .map((line) => ` ${line}`)
    .join("\n");
}
