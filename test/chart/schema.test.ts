import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { CHART, HAS_HELM, MINIMAL, render, runHelm, type Values } from "./helm.ts";

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

const SCHEMA = JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8")) as Schema;
const VALUES: unknown = parse(readFileSync(join(CHART, "values.yaml"), "utf8"));

function propertyNames(schema: Schema, path = ""): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => [
    `${path}${name}`,
    ...propertyNames(child, `${path}${name}.`),
  ]);
}

function keysOf(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, child]) => [
    `${path}${name}`,
    ...keysOf(child, `${path}${name}.`),
  ]);
}

function openObjects(schema: Schema, path = "values"): readonly string[] {
  const { properties = {}, additionalProperties } = schema;
  const isOpen = schema.properties !== undefined && additionalProperties !== false;
  return [
    ...(isOpen ? [path] : []),
    ...Object.entries(properties).flatMap(([name, child]) => openObjects(child, `${path}.${name}`)),
  ];
}

test("the schema is closed wherever it names members", () => {
  expect(openObjects(SCHEMA)).toEqual([]);
});

test("the schema and values.yaml have the same values", () => {
  const free = /^(?:global|resources\.(?:requests|limits|claims)|metrics\.dashboard\.labels\.)/u;
  const listed = (names: readonly string[]) => names.filter((name) => !free.test(name)).toSorted();
  expect(listed(propertyNames(SCHEMA))).toEqual(listed(keysOf(VALUES)));
});

describe.skipIf(!HAS_HELM)("helm refuses", () => {
  const { authentication } = MINIMAL.azure;
  const cases: readonly [string, Values, RegExp][] = [
    ["a misspelt value", { contoller: {} }, /additional properties 'contoller' not allowed/],
    [
      "a misspelt value further down",
      { crds: { instal: true } },
      /'\/crds': additional properties 'instal'/,
    ],
    [
      "an unknown mode",
      { azure: { authentication: { ...authentication, mode: "Secret" } } },
      /'\/azure\/authentication\/mode'/,
    ],
    [
      "workload identity without a client id",
      { azure: { authentication: { clientId: "" } } },
      /'\/azure\/authentication\/clientId'/,
    ],
    [
      "a client id that is a name",
      { azure: { authentication: { clientId: "operator" } } },
      /'\/azure\/authentication\/clientId'/,
    ],
    [
      "a token that lives too short",
      { azure: { authentication: { ...authentication, tokenExpirationInSeconds: 60 } } },
      /minimum: got 60, want 3[,]?600/,
    ],
    [
      "an address without https",
      { azure: { authentication, endpoints: { graph: "http://graph.test" } } },
      /'\/azure\/endpoints\/graph'/,
    ],
    ["no image", { image: { repository: "" } }, /'\/image\/repository'/],
    [
      "several replicas without election",
      { leaderElection: { enabled: false } },
      /'\/replicaCount': maximum: got 2, want 1/,
    ],
    [
      "keys that name no Secret",
      { subscriptionKeys: { enabled: true } },
      /'\/subscriptionKeys\/secrets'/,
    ],
    [
      "a foreign account without a name",
      { serviceAccount: { create: false } },
      /'\/serviceAccount\/name'/,
    ],
    [
      "a duration without a unit",
      { controller: { settleTime: "300" } },
      /'\/controller\/settleTime'/,
    ],
    [
      "a number written as text",
      { replicaCount: "2" },
      /'\/replicaCount': got string, want integer/,
    ],
  ];
  test.each(cases)("%s", (_, values, message) => {
    expect(() => render({ ...MINIMAL, ...values })).toThrow(message);
  });
});

test.skipIf(!HAS_HELM).each(["minimal", "everything"])(
  "helm lint has nothing to say about ci/%s-values.yaml",
  (name) => {
    const { exitCode, stdout } = runHelm([
      "lint",
      CHART,
      "--strict",
      "--values",
      join(CHART, `ci/${name}-values.yaml`),
    ]);
    expect(stdout).toContain("1 chart(s) linted, 0 chart(s) failed");
    expect(stdout).not.toMatch(/\[(?:WARNING|ERROR)\]/u);
    expect(exitCode).toBe(0);
  },
);
