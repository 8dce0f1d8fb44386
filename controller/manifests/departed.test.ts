import { describe, expect, test } from "vitest";
import { aBackend } from "../../test/support/builders.ts";
import { departed } from "./departed.ts";
import type { Manifest, ManifestProblem } from "./manifest.ts";

function at(file: string, name: string): Manifest {
  return { file, line: 1, column: 1, object: aBackend({ metadata: { name } }) };
}

const CASES: readonly {
  name: string;
  manifests?: readonly Manifest[];
  problems?: readonly ManifestProblem[];
  gone: readonly string[];
}[] = [
  { name: "nothing changed", manifests: [at("/m/a.yaml", "a")], gone: [] },
  { name: "it moved to another file", manifests: [at("/m/z.yaml", "a")], gone: [] },
  { name: "it is not there any more", gone: ["a"] },
  {
    name: "its file is invalid now",
    problems: [{ file: "/m/a.yaml", message: "is no readable YAML" }],
    gone: [],
  },
  { name: "its folder cannot be read", problems: [{ file: "/m", message: "EACCES" }], gone: [] },
  {
    name: "its file, which was named, is missing",
    problems: [{ file: "/m/a.yaml", message: "there is no such file", isMissing: true }],
    gone: ["a"],
  },
  {
    name: "another file is invalid, even one of a similar name",
    problems: [{ file: "/m/a.yaml.bak.yaml", message: "is no readable YAML" }],
    gone: ["a"],
  },
];

test.each(CASES)("$name", ({ manifests = [], problems = [], gone }) => {
  const left = departed([at("/m/a.yaml", "a")], { manifests, problems });
  expect(left.map(({ object }) => object.metadata.name)).toEqual(gone);
});

describe("a file of several objects", () => {
  test("loses the one that was taken out, and keeps the others", () => {
    const before = [at("/m/a.yaml", "a"), at("/m/a.yaml", "b")];
    const now = { manifests: [at("/m/a.yaml", "b")], problems: [] };
    expect(departed(before, now).map(({ object }) => object.metadata.name)).toEqual(["a"]);
  });
});
