import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { schemaNodes } from "../../../test/support/schema-nodes.ts";
import { RESOURCE_SCHEMA } from "./grant-schema.generated.ts";
import { describeProblem } from "./problem.ts";
import { validateGrant } from "./validate.ts";

const EXAMPLES = new URL("../../../examples/grants/", import.meta.url);
const EXPECTATION = /^# expect: (.+)$/m;

const invalid = readdirSync(new URL("invalid/", EXAMPLES)).map((name) => {
  const text = readFileSync(new URL(`invalid/${name}`, EXAMPLES), "utf8");
  return { name, text, expected: EXPECTATION.exec(text)?.[1] ?? "an expectation" };
});

describe("examples/grants", () => {
  test("cluster.yaml is accepted and filled with defaults", () => {
    const example = parse(readFileSync(new URL("cluster.yaml", EXAMPLES), "utf8"));
    const result = validateGrant(example);
    expect(result).toMatchObject({ ok: true, object: { metadata: { name: "cluster" } } });
    expect(result.ok && result.object.spec.grants[1]).toMatchObject({
      namespaces: { names: [] },
      audiences: { managedRegistrations: "Deny" },
      identities: { systemAssigned: "Deny" },
    });
  });

  test("an empty list of grants is accepted", () => {
    const example = parse(readFileSync(new URL("cluster.yaml", EXAMPLES), "utf8"));
    expect(validateGrant({ ...example, spec: { grants: [] } }).ok).toBe(true);
  });

  test("a null in a map counts as absent, and a namespace is dropped, as by the API server", () => {
    const draft = parse(readFileSync(new URL("cluster.yaml", EXAMPLES), "utf8"));
    draft.metadata.namespace = "shop";
    draft.spec.grants[1].namespaces.selector.matchLabels = { team: null, partner: "true" };

    const result = validateGrant(draft);

    expect(result).toMatchObject({ ok: true, object: { metadata: { name: "cluster" } } });
    expect(result.ok && result.object.metadata).not.toHaveProperty("namespace");
    expect(result.ok && result.object.spec.grants[1]?.namespaces.selector?.matchLabels).toEqual({
      partner: "true",
    });
  });

  test("the key of a map is blamed as it is written", () => {
    const draft = parse(readFileSync(new URL("cluster.yaml", EXAMPLES), "utf8"));
    draft.spec.grants[1].namespaces.selector.matchLabels = { "example.com/team": "no blanks" };

    const result = validateGrant(draft);

    expect(result.ok ? [] : result.problems.map(({ path }) => path)).toEqual([
      "spec.grants[1].namespaces.selector.matchLabels.example.com/team",
    ]);
  });

  test.each(invalid)("invalid/$name is refused with the message it expects", (example) => {
    const result = validateGrant(parse(example.text));
    const messages = result.ok ? [] : result.problems.map(describeProblem);
    expect(messages).toContainEqual(expect.stringContaining(example.expected));
  });

  test("every rule of the schema has a file in invalid/ that breaks it", () => {
    const rules = schemaNodes(RESOURCE_SCHEMA).flatMap(
      ({ schema }) => schema["x-kubernetes-validations"] ?? [],
    );
    const unbroken = rules.filter(
      ({ message }) =>
        !invalid.some(({ expected }) =>
          message.startsWith(expected.split(": ").slice(1).join(": ")),
        ),
    );
    expect(unbroken).toEqual([]);
  });
});
