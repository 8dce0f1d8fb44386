import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { FINDINGS } from "../../controller/api/v1alpha1/findings.ts";
import { REASONS } from "../../controller/api/v1alpha1/reasons.ts";
import { PERMISSIONS_READ } from "../../controller/preflight/permissions.ts";
import { RISK_CHECKS } from "../../controller/preflight/risks/index.ts";
import { BYPASS_CHECKS } from "../../controller/safeguards/bypass/index.ts";
import { SAFEGUARDS } from "../../controller/safeguards/index.ts";
import { anchorsOf, fencesOf, linksOf, readPage, readPages } from "./pages.ts";
import { PROJECT_ROOT } from "../support/project.ts";

const NAMED_PATH = /`((?:controller|crds|docs|examples|simulator|test|tools)\/[\w./-]+)`/gu;
const NAMED_SCRIPT = /\bnpm run (?:--silent )?([a-z][\w:-]*)/gu;

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, path), "utf8"));
}

const NOT_OURS = /^(?:node_modules|coverage|dist|[.].*)$/u;

/** The folders in a folder, by their paths from the project's root: `controller/cli/`. */
function foldersIn(path: string): readonly string[] {
  return readdirSync(join(PROJECT_ROOT, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_OURS.test(entry.name))
    .map(({ name }) => `${path}${name}/`);
}

const FOLDERS_OF_LINE = /^(?<indent> *)(?<names>(?:[\w.-]+\/)+(?: (?:[\w.-]+\/)+)*)(?: |$)/u;

/** The folders that a map lists, two spaces deeper for each level, with those they lie in. */
function foldersOf(map: string): readonly string[] {
  const parents: string[] = [];
  return map.split("\n").flatMap((line) => {
    const { indent = "", names = "" } = FOLDERS_OF_LINE.exec(line)?.groups ?? {};
    if (names === "") return [];
    const depth = indent.length / 2;
    const paths = names.split(" ").map((name) => parents.slice(0, depth).join("") + name);
    parents[depth] = names;
    return paths.flatMap((path) => [path, path.replace(/[^/]+\/$/u, "")]);
  });
}

describe.each(readPages())("$path", (page) => {
  test("links to files and headings that exist", () => {
    const broken = linksOf(page).filter(({ target, anchor }) => {
      if (!existsSync(join(PROJECT_ROOT, target))) return true;
      return anchor !== "" && !anchorsOf(readPage(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("names files of the project that exist", () => {
    const named = [...page.text.matchAll(NAMED_PATH)].map(([, path = ""]) => path);
    expect(named.filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
  });

  test("names scripts that package.json has", () => {
    const { scripts } = readJson("package.json") as { scripts: Record<string, string> };
    const named = [...page.text.matchAll(NAMED_SCRIPT)].map(([, script = ""]) => script);
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });
});

describe("the documentation", () => {
  test("explains every reason", () => {
    expect(anchorsOf(readPage("docs/conditions.md"))).toEqual(
      expect.arrayContaining(Object.keys(REASONS).map((reason) => reason.toLowerCase())),
    );
  });

  test("explains every finding", () => {
    expect(anchorsOf(readPage("docs/conditions.md"))).toEqual(
      expect.arrayContaining(Object.keys(FINDINGS).map((code) => code.toLowerCase())),
    );
  });

  test("asks for the actions that the safeguards and the looks around need, and no others", () => {
    const role = fencesOf(readPage("docs/guide.md")).find(({ language }) => language === "json");
    const { Actions: asked } = JSON.parse(role?.text ?? "") as { Actions: string[] };
    const all = [...SAFEGUARDS, ...BYPASS_CHECKS, ...RISK_CHECKS];
    const needed = new Set([...all.flatMap(({ actions }) => actions), PERMISSIONS_READ]);
    expect(asked.toSorted()).toEqual([...needed].toSorted());
  });

  test("maps the folders that there are, and no others", () => {
    const map = fencesOf(readPage("docs/architecture.md")).find(({ text }) =>
      text.startsWith("controller/"),
    );
    const mapped = foldersOf(map?.text ?? "");
    expect(mapped.filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);

    const there = foldersIn("").flatMap((path) => [path, ...foldersIn(path)]);
    expect(there.filter((path) => !mapped.includes(path))).toEqual([]);
  });

  test("shows the first manifest as it lies in examples/", () => {
    const shown = fencesOf(readPage("README.md")).find(({ language }) => language === "yaml");
    expect(parse(shown?.text ?? "")).toEqual(parse(readPage("examples/orders.yaml").text));
  });

  test("gives CI the test command of the README, with the tests in a cluster as CONTRIBUTING says", () => {
    const commands = readPage(".ci/run")
      .text.split("\n")
      .filter((line) => line !== "" && !/^(?:#|set |cd )/u.test(line));
    const [inCluster = ""] = fencesOf(readPage("CONTRIBUTING.md"))
      .map(({ text }) => text)
      .filter((text) => text.includes("SFB_REQUIRE_CLUSTER"));
    expect(inCluster.trim().split("\n")).toEqual(commands);

    const [install, ...rest] = commands;
    const test = rest.at(-1)?.replace("SFB_REQUIRE_CLUSTER=1 ", "");
    expect(rest).toEqual(["npm run cluster:install", "SFB_REQUIRE_CLUSTER=1 npm test"]);
    const scripts = fencesOf(readPage("README.md")).map(({ text }) => text.trim());
    expect(scripts).toContain(`${install} && ${test}`);
  });
});
