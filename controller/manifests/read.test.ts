import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { manifest, type Manifest } from "../../test/support/manifest.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { describeManifestProblem } from "./manifest.ts";
import { keyOf } from "./object-key.ts";
import { readManifests } from "./read.ts";

/** A manifest as JSON, which is YAML too. */
function text(name = "orders", change: (draft: Manifest) => unknown = () => undefined): string {
  return JSON.stringify(
    manifest((draft) => {
      draft.metadata["name"] = name;
      change(draft);
    }),
  );
}

const CONFIG_MAP = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}';

/** Reads paths below a folder with these files; names in the answer are below it too. */
async function read(files: Record<string, string>, ...paths: string[]) {
  await using folder = await temporaryFolder(files);
  const { manifests, problems } = await readManifests(paths.map((path) => join(folder.path, path)));
  return {
    objects: manifests.map(
      ({ object, file }) => `${keyOf(object)} ${file.replace(folder.path, "")}`,
    ),
    problems: problems.map((problem) =>
      describeManifestProblem(problem).replaceAll(folder.path, ""),
    ),
  };
}

describe("readManifests", () => {
  test("reads a folder with everything below it, in the order of the paths", async () => {
    const files = {
      "b.yaml": text("b"),
      "deep/er/a.yml": text("a"),
      "c.JSON": text("c"),
      "notes.txt": "not: read",
      "other.yaml": CONFIG_MAP,
      ".hidden/d.yaml": text("d"),
      ".e.yaml": text("e"),
    };
    expect(await read(files, ".")).toEqual({
      objects: ["shop/b /b.yaml", "shop/c /c.JSON", "shop/a /deep/er/a.yml"],
      problems: [],
    });
  });

  test("reads files and folders together, and several documents in one file", async () => {
    const files = { "two.yaml": `${text("a")}\n---\n${text("b")}\n`, "all/c.yaml": text("c") };
    const { objects, problems } = await read(files, "two.yaml", "all");
    expect(objects).toEqual(["shop/a /two.yaml", "shop/b /two.yaml", "shop/c /all/c.yaml"]);
    expect(problems).toEqual([]);
  });

  test("fills in defaults", async () => {
    await using folder = await temporaryFolder({ "a.yaml": text() });
    const { manifests } = await readManifests([join(folder.path, "a.yaml")]);
    expect(manifests).toMatchObject([{ line: 1, object: { spec: { mode: "Enforce" } } }]);
  });

  test("an invalid manifest does not hide a valid one, and every problem is told", async () => {
    const broken = text("bad", ({ spec }) => {
      spec.apis = [];
      spec.functionApp["name"] = "orders_func";
    });
    const { objects, problems } = await read({ "a.yaml": `${broken}\n---\n${text()}` }, "a.yaml");
    expect(objects).toEqual(["shop/orders /a.yaml"]);
    expect(problems).toEqual([
      expect.stringMatching(
        /^\/a\.yaml:1:1: spec\.functionApp\.name: .*found: "orders_func"; allowed: /,
      ),
      expect.stringMatching(/^\/a\.yaml:1:1: spec\.apis: .*found: \[\]; allowed: /),
    ]);
  });

  test("a wrong version of our kind is a mistake in a folder too", async () => {
    const old = text().replace("v1alpha1", "v1");
    const { problems } = await read({ "a.yaml": old }, ".");
    expect(problems).toEqual([expect.stringMatching(/^\/a\.yaml:1:1: apiVersion: is not supp/)]);
  });

  test.each([
    { name: "of another kind", file: CONFIG_MAP, says: /a\.yaml:1:1: apiVersion: is not supp/ },
    { name: "that is empty", file: "", says: /a\.yaml: holds no SecuredFunctionBackend/ },
    { name: "that is no map", file: "hello", says: /a\.yaml:1:1: manifest: is not a map/ },
    { name: "of broken YAML", file: "a: [", says: /a\.yaml:1:5: is no readable YAML: / },
  ])("a named file $name is refused", async ({ file, says }) => {
    const { objects, problems } = await read({ "a.yaml": file }, "a.yaml");
    expect(objects).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(says)]);
  });

  test("an empty folder is nothing, and no problem", async () => {
    expect(await read({ "other.yaml": CONFIG_MAP }, ".")).toEqual({ objects: [], problems: [] });
  });

  test("what is not there is said", async () => {
    const { problems } = await read({}, "a.yaml");
    expect(problems).toEqual(["/a.yaml: there is no such file or folder: check its name"]);
  });

  test("of one name twice neither is used, and both places are named", async () => {
    const files = { "a.yaml": text(), "b.yaml": `${text("other")}\n---\n${text()}` };
    expect(await read(files, ".")).toEqual({
      objects: ["shop/other /b.yaml"],
      problems: [
        "/b.yaml:3:1: shop/orders stands also at /a.yaml:1:1: remove one of the two, neither is used",
      ],
    });
  });

  test("the same name in another namespace is another object", async () => {
    const other = text("orders", ({ metadata }) => {
      metadata["namespace"] = "stage";
    });
    const { objects, problems } = await read({ "a.yaml": text(), "b.yaml": other }, ".");
    expect(objects).toEqual(["shop/orders /a.yaml", "stage/orders /b.yaml"]);
    expect(problems).toEqual([]);
  });
});
