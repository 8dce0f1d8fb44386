import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseObjects, type ParsedObject } from "../../../controller/manifests/parse.ts";
import { describeInCluster } from "../describe-in-cluster.ts";

const WORDS = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"];
const KNOWN = [
  ...WORDS,
  ...WORDS.map((word) => word.toUpperCase()),
  ...WORDS.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)),
  ..."nO tRue yess 0310 0778 -017 0o17 0O17 0x1F 0b11 0B11 -0b11 0b-1 0b+1 -0b-1 0B-1 0x 0b2 00 0_ -0 0.10".split(
    " ",
  ),
  ..."1_000 _1 1_ 1__0 1_000.5 .2_ .6_78 .6__7 ._6 .1e1_0 .1_e1 0._ +_30 1:30 1.0 +1 -1 1e3 1e+3 .5 5. 12e03 6E4375".split(
    " ",
  ),
  ..."1.2.3 2026-01-01 2026-01-01T12:00:00Z 203.0.113.0/24".split(" "),
];
const scalar = fc
  .string({
    unit: fc.constantFrom(...Array.from("0123456789_.+-eExboyn")),
    minLength: 1,
    maxLength: 6,
  })
  .filter((text) => !/^[-.]+$/u.test(text));

describeInCluster("a manifest's YAML", (cluster) => {
  test("is read as kubectl reads it, word by word", async () => {
    const texts = [...KNOWN, ...fc.sample(scalar, 2000)];
    const lines = texts.map((text) => `- ${text}`).join("\n  ");
    const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: words }\ndata:\n  ${lines}\n`;

    const args = ["create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-"];
    const read = JSON.parse(await cluster.kubectl(args, { input: manifest })) as {
      data: readonly unknown[];
    };

    const [object] = parseObjects(manifest, "words.yaml").objects;
    const { data } = (object as ParsedObject).value as { data: readonly unknown[] };
    const pairs = (values: readonly unknown[]) => texts.map((text, at) => [text, values[at]]);
    expect(pairs(JSON.parse(JSON.stringify(data)) as unknown[])).toEqual(pairs(read.data));
  });

  test("merges as kubectl merges", async () => {
    const namespace = await cluster.namespace("yaml");
    const manifest = [
      "apiVersion: v1",
      "kind: ConfigMap",
      `metadata: { name: merged, namespace: ${namespace} }`,
      "data:",
      "  <<: { a: first, b: first }",
      "  b: second",
    ].join("\n");

    const args = ["apply", "--dry-run=server", "-o", "json", "-f", "-"];
    const read = JSON.parse(await cluster.kubectl(args, { input: manifest })) as { data: unknown };

    const [object] = parseObjects(manifest, "merged.yaml").objects;
    expect(object?.value).toMatchObject({ data: read.data });
    expect(read.data).toEqual({ a: "first", b: "second" });
  });
});
