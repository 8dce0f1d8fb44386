import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generateConditionsPage } from "./conditions-page.ts";
import { generateReferencePage } from "./reference-page.ts";
import { readResourceDefinition } from "./resource-definition.ts";
import { generateSchemaModule } from "./schema-module.ts";
import { findStale } from "./stale.ts";
import { generateTypes } from "./types.ts";

const PROJECT_ROOT = new URL("../../", import.meta.url);

function inProject(path: string): string {
  return fileURLToPath(new URL(path, PROJECT_ROOT));
}

/** Every generated file with its content, by path from the project's root. */
function generateAll(): Map<string, string> {
  const definition = readResourceDefinition(
    inProject("crds/securedbackend.dev_securedfunctionbackends.yaml"),
  );
  return new Map([
    ["controller/api/v1alpha1/types.generated.ts", generateTypes(definition)],
    ["controller/api/v1alpha1/schema.generated.ts", generateSchemaModule(definition)],
    ["docs/reference.md", generateReferencePage(definition)],
    ["docs/conditions.md", generateConditionsPage()],
  ]);
}

/** The content of a project file; undefined when there is none. */
function readProjectFile(path: string): string | undefined {
  const file = inProject(path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

const isCheck = process.argv.includes("--check");
for (const [path, content] of findStale(generateAll(), readProjectFile)) {
  if (isCheck) {
    console.error(`${path} is stale: run npm run generate`);
    process.exitCode = 1;
  } else {
    writeFileSync(inProject(path), content);
    console.log(`wrote ${path}`);
  }
}
