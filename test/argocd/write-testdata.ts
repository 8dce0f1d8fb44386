/** Writes the objects that Argo CD's tests read, as the loop reports them today: `node test/argocd/write-testdata.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { runLua } from "./lua.ts";
import { KNOWN_STATES } from "./states.ts";

const FOLDER = join(
  import.meta.dirname,
  "../../examples/argocd/resource_customizations/securedbackend.dev/SecuredFunctionBackend",
);

function write(path: string, content: unknown): void {
  writeFileSync(join(FOLDER, path), stringify(content, { lineWidth: 0 }));
}

const health = readFileSync(join(FOLDER, "health.lua"), "utf8");
const tests: unknown[] = [];
for (const { name, object } of KNOWN_STATES) {
  const found = await object();
  const { status, message } = (await runLua(health, found)) as { status: string; message: string };
  const inputPath = `testdata/${name}.yaml`;
  write(inputPath, found);
  tests.push({ healthStatus: { status, message }, inputPath });
  if (name !== "secured") continue;
  const annotations = { "securedbackend.dev/reconcile-requested-at": "2026-01-01T00:00:00Z" };
  write("actions/testdata/secured.yaml", found);
  write("actions/testdata/secured-asked.yaml", {
    ...found,
    metadata: { ...found.metadata, annotations },
  });
}
write("health_test.yaml", { tests });
