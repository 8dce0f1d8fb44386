import { describe, expect, test } from "vitest";
import { parseObjects } from "./parse.ts";

const FILE = "/all.yaml";

/** Values with the places where they begin, as `line:column`. */
function objectsIn(text: string) {
  const { objects, problems } = parseObjects(text, FILE);
  expect(problems).toEqual([]);
  return objects.map(({ value, line, column }) => [value, `${line}:${column}`]);
}

describe("parseObjects", () => {
  test.each([
    { name: "an empty file", text: "", objects: [] },
    { name: "comments only", text: "# nothing\n---\n# here\n", objects: [] },
    { name: "one document", text: "a: 1\n", objects: [[{ a: 1 }, "1:1"]] },
    {
      name: "several documents, with an empty one between",
      text: "# first\na: 1\n---\n---\nb: 2\n...\n",
      objects: [
        [{ a: 1 }, "2:1"],
        [{ b: 2 }, "5:1"],
      ],
    },
    { name: "JSON", text: '{\n  "a": [1, 2]\n}', objects: [[{ a: [1, 2] }, "1:1"]] },
    { name: "a byte-order mark", text: "\uFEFFa: 1\n", objects: [[{ a: 1 }, "1:2"]] },
    {
      name: "a List, taken apart",
      text: "kind: List\nitems:\n  - a: 1\n  - b: 2\n",
      objects: [
        [{ a: 1 }, "3:5"],
        [{ b: 2 }, "4:5"],
      ],
    },
    {
      name: "a List of one kind, as kubectl get writes it",
      text: '{"kind":"SecuredFunctionBackendList","items":[{"a":1}]}',
      objects: [[{ a: 1 }, "1:47"]],
    },
    { name: "an empty List", text: "kind: List\nitems: []\n", objects: [] },
    {
      name: "a List without items, which is left as it is",
      text: "kind: List\n",
      objects: [[{ kind: "List" }, "1:1"]],
    },
    { name: "a text", text: "hello\n", objects: [["hello", "1:1"]] },
    {
      name: "an alias",
      text: "a: &x { b: 1 }\nc: *x\n",
      objects: [[{ a: { b: 1 }, c: { b: 1 } }, "1:1"]],
    },
  ])("$name", ({ text, objects }) => {
    expect(objectsIn(text)).toEqual(objects);
  });

  test("tells where YAML is broken, and reads the other documents", () => {
    const { objects, problems } = parseObjects("a: 1\n---\nb: [1,\n---\nc: 3\n", FILE);
    expect(objects.map(({ value }) => value)).toEqual([{ a: 1 }, { c: 3 }]);
    expect(problems).toEqual([
      { file: FILE, line: 4, column: 1, message: expect.stringMatching(/^is no readable YAML: /) },
    ]);
  });

  test("a key that stands twice is broken YAML: which one is meant cannot be known", () => {
    const { objects, problems } = parseObjects("a: 1\na: 2\n", FILE);
    expect(objects).toEqual([]);
    expect(problems).toMatchObject([{ line: 2, column: 1 }]);
  });

  test("aliases that multiply beyond measure are a problem, not a full memory", () => {
    const bomb = ["a0: &a0 [x, x]"];
    for (let n = 1; n < 30; n += 1) bomb.push(`a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`);
    const { objects, problems } = parseObjects(bomb.join("\n"), FILE);
    expect(objects).toEqual([]);
    expect(problems).toMatchObject([{ line: 1, message: expect.stringContaining("alias") }]);
  });
});
