import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../test/support/project.ts";
import { temporaryFolder } from "../test/support/temporary-folder.ts";

/**
 * Which folders of `controller/` the files of each may import from; nobody imports the simulator. Of
 * azure/, grants/ may import one file, which the linter names.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  adopt: ["api", "azure", "policy", "safeguards"],
  api: [],
  azure: [],
  cli: [
    "adopt",
    "api",
    "azure",
    "manifests",
    "operator",
    "policy",
    "preflight",
    "reconcile",
    "safeguards",
    "telemetry",
    "verify",
  ],
  grants: ["api", "safeguards"],
  kubernetes: [],
  manifests: ["api", "reconcile", "verify"],
  operator: [
    "api",
    "azure",
    "grants",
    "kubernetes",
    "reconcile",
    "safeguards",
    "telemetry",
    "verify",
  ],
  policy: [],
  preflight: ["api", "azure", "policy", "reconcile", "safeguards"],
  reconcile: ["api", "azure", "policy", "safeguards", "verify"],
  safeguards: ["api", "azure", "policy"],
  telemetry: ["api", "azure", "kubernetes", "reconcile", "safeguards"],
  verify: ["api", "azure", "safeguards"],
};

const FOLDERS = Object.keys(MAY_IMPORT).toSorted();

/** Lints files in a project of their own. @returns those whose imports are refused. */
async function refusedOf(files: Readonly<Record<string, string>>): Promise<ReadonlySet<string>> {
  const configuration = await readFile(join(PROJECT_ROOT, ".oxlintrc.json"), "utf8");
  await using folder = await temporaryFolder({ ...files, ".oxlintrc.json": configuration });
  const oxlint = join(PROJECT_ROOT, "node_modules/.bin/oxlint");
  const output = await new Promise<string>((resolve) => {
    execFile(oxlint, ["--format", "json"], { cwd: folder.path }, (_, stdout) => resolve(stdout));
  });
  const { diagnostics } = JSON.parse(output) as {
    diagnostics: readonly { code: string; filename: string }[];
  };
  const restricted = diagnostics.filter(({ code }) => code.includes("no-restricted-imports"));
  return new Set(restricted.map(({ filename }) => filename));
}

const fileOf = (from: string, to: string) => `controller/${from}/to-${to}.ts`;

describe("the linter", () => {
  let refused: ReadonlySet<string>;

  beforeAll(async () => {
    const files = FOLDERS.flatMap((from) =>
      [...FOLDERS, "simulator"].map((to) => {
        const path = to === "simulator" ? "../../simulator" : `../${to}`;
        return [fileOf(from, to), `export * from "${path}/some-file.ts";\n`] as const;
      }),
    );
    refused = await refusedOf(Object.fromEntries(files));
  });

  test("knows every folder", async () => {
    const entries = await readdir(join(PROJECT_ROOT, "controller"), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.toSorted()).toEqual(FOLDERS);
  });

  test.each(FOLDERS)("lets %s import what the architecture says, and no more", (from) => {
    const others = [...FOLDERS.filter((to) => to !== from), "simulator"];
    const allowed = others.filter((to) => !refused.has(fileOf(from, to)));
    expect(allowed).toEqual(MAY_IMPORT[from]);
  });
});
