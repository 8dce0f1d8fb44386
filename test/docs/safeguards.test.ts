import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CONDITIONS } from "../../controller/api/v1alpha1/conditions.ts";
import { FINDINGS } from "../../controller/api/v1alpha1/findings.ts";
import { REASONS } from "../../controller/api/v1alpha1/reasons.ts";
import { RESOURCE_SCHEMA } from "../../controller/api/v1alpha1/schema.generated.ts";
import { RISK_CHECKS } from "../../controller/preflight/risks/index.ts";
import { SAFEGUARDS } from "../../controller/safeguards/index.ts";
import { schemaNodes } from "../support/schema-nodes.ts";
import { readPage } from "./pages.ts";
import { PROJECT_ROOT } from "../support/project.ts";

const { text: PAGE } = readPage("docs/safeguards.md");

/** The sections of the page by their headings, in their order. */
const SECTIONS: ReadonlyMap<string, string> = new Map(
  PAGE.split(/^## /mu)
    .slice(1)
    .map((section): [string, string] => {
      const end = section.indexOf("\n");
      return [section.slice(0, end), section.slice(end)];
    }),
);

function section(heading: string): string {
  return SECTIONS.get(heading) ?? "";
}

/** The cells of the rows that begin with a word of code. */
function rowsOf(text: string): readonly (readonly string[])[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Words of code that are written like a condition, a reason or a finding. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([A-Z]\w*)`/gu)].map(([, name = ""]) => name);
}

/** The reasons that the source of a folder gives. */
function reasonsGivenIn(folder: string): readonly string[] {
  const files = globSync(`${folder}/**/*.ts`, { cwd: PROJECT_ROOT });
  const words = files
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => [
      ...readFileSync(join(PROJECT_ROOT, file), "utf8").matchAll(/"([A-Z]\w*)"/gu),
    ])
    .map(([, word = ""]) => word);
  return [...new Set(words)].filter((word) => Object.hasOwn(REASONS, word));
}

describe("the page of safeguards", () => {
  test("has a section for each safeguard, in the order of a roll-out", () => {
    expect([...SECTIONS.keys()].slice(0, SAFEGUARDS.length)).toEqual(
      SAFEGUARDS.map(({ name }) => name),
    );
  });

  test.each(SAFEGUARDS)("says of $name which condition it owns, and all else", (safeguard) => {
    const text = section(safeguard.name);
    expect(text).toContain(`- **Condition**: \`${safeguard.condition}\`.\n`);
    expect(CONDITIONS[safeguard.condition]).toMatchObject({ safeguard: safeguard.name });
    const told = [...text.matchAll(/^- \*\*(.+)\*\*: \S/gmu)].map(([, subject]) => subject);
    expect(told).toEqual(["Condition", "Found", "Enforced", "Only told", "Reasons", "Not seen"]);
  });

  test("names every condition that a safeguard owns", () => {
    const owned = Object.entries(CONDITIONS).filter(([, definition]) => "safeguard" in definition);
    expect(namesIn(PAGE)).toEqual(expect.arrayContaining(owned.map(([type]) => type)));
  });

  test("has a row for each finding, with its severity and every cell filled", () => {
    const rows = rowsOf(section("Ways around the lock")).filter((cells) => cells.length === 5);
    expect(rows.map(([code, severity]) => [code, severity])).toEqual(
      Object.entries(FINDINGS).map(([code, { severity }]) => [`\`${code}\``, `\`${severity}\``]),
    );
    expect(rows.flat().filter((cell) => cell === "")).toEqual([]);
  });

  test("has a row for each risk of a plan, with every cell filled", () => {
    const rows = rowsOf(section("Before the first write"));
    expect(rows.map(([code]) => code)).toEqual(RISK_CHECKS.map(({ code }) => `\`${code}\``));
    expect(rows.filter((cells) => cells.length !== 4 || cells.includes(""))).toEqual([]);
  });

  test.each(["controller/safeguards", "controller/verify"])(
    "names every reason that %s gives",
    (folder) => {
      const given = reasonsGivenIn(folder);
      expect(given.length).toBeGreaterThan(5);
      expect(namesIn(PAGE)).toEqual(expect.arrayContaining([...given]));
    },
  );

  test("names no condition, reason or finding that does not exist", () => {
    const known = [
      ...[CONDITIONS, REASONS, FINDINGS].flatMap((table) => Object.keys(table)),
      ...RISK_CHECKS.map(({ code }) => code),
    ];
    const values = schemaNodes(RESOURCE_SCHEMA).flatMap(({ schema }) => schema.enum ?? []);
    const words = new Set<unknown>([...known, ...values]);
    expect(namesIn(PAGE).filter((name) => !words.has(name))).toEqual([]);
  });
});
