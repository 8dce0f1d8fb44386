import { beforeEach, expect, test } from "vitest";
import { manifest, type Manifest } from "../../support/manifest.ts";
import { describeInCluster } from "../describe-in-cluster.ts";

interface Stored {
  readonly metadata: { readonly generation: number };
  readonly spec: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
}

interface Definition {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

interface PublishedSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, PublishedSchema>>;
  readonly items?: PublishedSchema;
}

const DRIFTED = {
  observedGeneration: 1,
  conditions: [
    condition("Ready", "False", "Drifted", "Authentication is off."),
    condition("InSync", "False", "Drifted", "1 difference."),
  ],
};

describeInCluster("the definitions", (cluster) => {
  let namespace: string;

  beforeEach(async () => {
    namespace = await cluster.namespace("definition");
  });

  const kubectl = (...args: readonly string[]) => cluster.kubectl([...args, "-n", namespace]);
  const apply = (change: (draft: Manifest) => unknown = () => undefined) =>
    cluster.kubectl(["apply", "-f", "-"], { input: JSON.stringify(draftOf(namespace, change)) });
  const get = async (name = "orders") =>
    JSON.parse(await kubectl("get", "sfb", name, "-o", "json")) as Stored;
  const patch = (body: object, ...more: readonly string[]) =>
    kubectl("patch", "sfb", "orders", "--type=merge", `--patch=${JSON.stringify(body)}`, ...more);
  const patchStatus = (status: object) => patch({ status }, "--subresource=status");

  test("are accepted as structural, with rules that cost little enough", async () => {
    const { items } = JSON.parse(await cluster.kubectl(["get", "crd", "-o", "json"])) as {
      items: readonly Definition[];
    };
    const ours = items.filter(({ metadata }) => metadata.name.endsWith(".securedbackend.dev"));

    expect(ours.length).toBeGreaterThanOrEqual(2);
    for (const { status } of ours) {
      expect(
        Object.fromEntries(status.conditions.map(({ type, status }) => [type, status])),
      ).toEqual({ NamesAccepted: "True", Established: "True" });
    }
  });

  test("describe every field that is published, for kubectl explain", async () => {
    const { body } = await cluster.call("GET", "/openapi/v3/apis/securedbackend.dev/v1alpha1");
    const { schemas } = (body as { components: { schemas: Record<string, PublishedSchema> } })
      .components;
    const ours = Object.entries(schemas).filter(
      ([name]) => name.startsWith("dev.securedbackend.") && !name.endsWith("List"),
    );

    const undescribed = ours.flatMap(([name, { properties = {} }]) =>
      ["spec", "status"].flatMap((field) =>
        withoutDescription(properties[field], `${name}.${field}`),
      ),
    );

    expect(ours.length).toBeGreaterThanOrEqual(2);
    expect(undescribed).toEqual([]);
  });

  test("are explained by kubectl in their own words", async () => {
    const explained = await cluster.kubectl(["explain", "sfb.spec.deletionPolicy"]);

    expect(explained).toMatch(/FIELD: deletionPolicy <string>\nENUM:\n +Retain\n +Restore/u);
    expect(explained.replaceAll(/\s+/gu, " ")).toContain(
      "What happens in Azure when this object is deleted. Retain leaves everything as it is",
    );
  });

  test("print what matters in columns, more of it with -o wide", async () => {
    await apply();
    await patchStatus(DRIFTED);

    const narrow = cellsOf(await kubectl("get", "sfb"));
    const wide = cellsOf(await kubectl("get", "sfb", "-o", "wide"));

    expect(narrow).toEqual([
      ["NAME", "READY", "REASON", "INSYNC", "FUNCTION APP", "API", "AGE"],
      ["orders", "False", "Drifted", "False", "orders-func", "orders", expect.any(String)],
    ]);
    expect(wide[0]).toEqual([...(narrow[0] ?? []), "SLOT", "MODE", "MESSAGE"]);
    expect(wide[1]?.slice(-2)).toEqual(["Enforce", "Authentication is off."]);
  });

  test("are found by short name and by category", async () => {
    await apply();

    expect(await kubectl("get", "sfb", "-o", "name")).toBe(
      "securedfunctionbackend.securedbackend.dev/orders\n",
    );
    expect(await kubectl("get", "securedbackend", "-o", "name")).toContain(
      "securedfunctionbackend.securedbackend.dev/orders\n",
    );
  });

  test.each([
    "spec.functionApp.name=other-func",
    "spec.functionApp.resourceGroup=other",
    "spec.functionApp.slot=staging",
    "spec.registration.clientId=44444444-4444-4444-8444-444444444444",
    "spec.mode=Observe",
  ])("select by %s", async (selector) => {
    await apply();
    await apply((draft) => {
      draft.metadata["name"] = "other";
      Object.assign(draft.spec, { mode: "Observe" });
      Object.assign(draft.spec.functionApp, {
        name: "other-func",
        resourceGroup: "other",
        slot: "staging",
      });
      draft.spec.registration["clientId"] = "44444444-4444-4444-8444-444444444444";
    });

    const found = await kubectl("get", "sfb", "-o", "name", `--field-selector=${selector}`);

    expect(found).toBe("securedfunctionbackend.securedbackend.dev/other\n");
  });

  test("let kubectl wait for Ready", async () => {
    await apply();
    const waiting = kubectl("wait", "--for=condition=Ready", "sfb/orders", "--timeout=30s");

    await patchStatus({ conditions: [condition("Ready", "True", "Secured", "All is as asked.")] });

    expect(await waiting).toMatch(/condition met/u);
  });

  test("forbid another Function App under the same name, and say what to do", async () => {
    await apply();

    await expect(patch({ spec: { functionApp: { name: "other-func" } } })).rejects.toThrow(
      /spec\.functionApp: .*is immutable; for another Function App create another object/u,
    );
    expect((await get()).spec["functionApp"]).toMatchObject({ name: "orders-func" });
  });

  test("count a generation for each change of the spec, none for a status", async () => {
    await apply();
    await patchStatus(DRIFTED);
    const afterStatus = (await get()).metadata.generation;

    await patch({ spec: { mode: "Observe" } });

    expect([afterStatus, (await get()).metadata.generation]).toEqual([1, 2]);
  });

  test("keep spec and status apart: neither is written by way of the other", async () => {
    await apply();
    await patchStatus(DRIFTED);

    await patch({ spec: { suspend: true }, status: { audience: "api://forged" } });
    await patch({ spec: { suspend: false }, status: { driftCount: 1 } }, "--subresource=status");

    const { spec, status } = await get();
    expect(spec).toMatchObject({ suspend: true });
    expect(status).toEqual({ ...DRIFTED, driftCount: 1 });
  });

  test("refuse a status beyond its bounds", async () => {
    await apply();
    const many = Array.from({ length: 51 }, () => ({
      path: "authentication:/x",
      resource: "/subscriptions/x",
      danger: "Weakens",
      detectedAt: "2026-01-31T12:00:00Z",
    }));

    await expect(patchStatus({ drift: many })).rejects.toThrow(/status\.drift: Too many: 51/u);
  });
});

function draftOf(namespace: string, change: (draft: Manifest) => unknown): Manifest {
  return manifest((draft) => {
    draft.metadata["namespace"] = namespace;
    change(draft);
  });
}

function condition(type: string, status: string, reason: string, message: string) {
  const lastTransitionTime = "2026-01-31T12:00:00Z";
  return { type, status, reason, message, lastTransitionTime, observedGeneration: 1 };
}

/** The cells of a table, whose columns stand at least three blanks apart. */
function cellsOf(table: string): readonly (readonly string[])[] {
  return table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/ {3,}/u));
}

function withoutDescription(schema: PublishedSchema | undefined, path: string): readonly string[] {
  const { description, properties = {}, items } = schema ?? {};
  return [
    ...(description === undefined && schema !== undefined ? [path] : []),
    ...Object.entries(properties).flatMap(([name, child]) =>
      withoutDescription(child, `${path}.${name}`),
    ),
    ...(items === undefined ? [] : withoutDescription(items, `${path}[]`)),
  ];
}
