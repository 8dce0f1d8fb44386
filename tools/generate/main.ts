import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generateArgoConfig, type ArgoScripts } from "./argocd-config.ts";
import { azureRoles } from "./azure-actions.ts";
import { generateRoleFile, generateRolesPage } from "./azure-roles.ts";
import { generateChartPage } from "./chart-page.ts";
import { generateConditionsPage } from "./conditions-page.ts";
import { generateReferencePage } from "./reference-page.ts";
import { readResourceDefinition } from "./resource-definition.ts";
import { generateSchemaModule } from "./schema-module.ts";
import { findStale } from "./stale.ts";
import { BACKEND_TYPE_NAMES, GRANT_TYPE_NAMES } from "./type-names.ts";
import { generateTypes } from "./types.ts";

const PROJECT_ROOT = new URL("../../", import.meta.url);
const ARGO_SCRIPTS =
  "examples/argocd/resource_customizations/securedbackend.dev/SecuredFunctionBackend";
const CHART = "charts/secured-function-backend";

function inProject(path: string): string {
  return fileURLToPath(new URL(path, PROJECT_ROOT));
}

/** Every generated file with its content, by path from the project's root. */
function generateAll(): Map<string, string> {
  const backend = readResourceDefinition(
    inProject("crds/securedbackend.dev_securedfunctionbackends.yaml"),
  );
  const grant = readResourceDefinition(inProject("crds/securedbackend.dev_azurescopegrants.yaml"));
  const api = "controller/api/v1alpha1";
  return new Map([
    [`${api}/types.generated.ts`, generateTypes(backend, BACKEND_TYPE_NAMES)],
    [`${api}/schema.generated.ts`, generateSchemaModule(backend)],
    ["docs/reference.md", generateReferencePage(backend)],
    [`${api}/grant-types.generated.ts`, generateTypes(grant, GRANT_TYPE_NAMES)],
    [`${api}/grant-schema.generated.ts`, generateSchemaModule(grant)],
    ["docs/grants-reference.md", generateReferencePage(grant)],
    ["docs/conditions.md", generateConditionsPage()],
    ["docs/chart.md", generateChartPage(readFileSync(inProject(`${CHART}/values.yaml`), "utf8"))],
    ["docs/azure-roles.md", generateRolesPage(azureRoles())],
    ...azureRoles().map((role): [string, string] => [
      `docs/azure-roles/${role.file}.json`,
      generateRoleFile(role),
    ]),
    ["examples/argocd/argocd-cm-patch.yaml", generateArgoConfig(readArgoScripts())],
    ...copyDefinitions(),
  ]);
}

function readArgoScripts(): ArgoScripts {
  const read = (path: string) => readFileSync(inProject(`${ARGO_SCRIPTS}/${path}`), "utf8");
  return {
    health: read("health.lua"),
    discovery: read("actions/discovery.lua"),
    actions: { reconcile: read("actions/reconcile/action.lua") },
  };
}

/** The definitions as the chart brings them: Helm reads no file outside of a chart. */
function copyDefinitions(): [path: string, content: string][] {
  return globSync("crds/*.yaml", { cwd: inProject("") })
    .toSorted()
    .map((path) => [`${CHART}/files/${path}`, readFileSync(inProject(path), "utf8")]);
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
