import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { PROJECT_ROOT } from "../support/project.ts";
import { HAS_HELM, render, theOnly, type Manifest, type Values } from "./helm.ts";

const FILES = globSync("examples/{argocd,flux}/*.yaml", { cwd: PROJECT_ROOT }).toSorted();

function manifestsOf(path: string): readonly Manifest[] {
  const text = readFileSync(join(PROJECT_ROOT, path), "utf8");
  return parseAllDocuments(text, { strict: true }).map((document) => {
    for (const error of document.errors) throw error;
    return document.toJS() as Manifest;
  });
}

function specOf(path: string, kind: string): unknown {
  return theOnly(manifestsOf(path), kind).spec;
}

test.each(FILES.filter((path) => !path.endsWith("-patch.yaml")))("%s holds objects", (path) => {
  for (const { apiVersion, kind, metadata } of manifestsOf(path)) {
    expect(`${apiVersion} ${kind}`).toMatch(
      /^(?:argoproj\.io|[a-z]+\.toolkit\.fluxcd\.io)\/v1|v2 /u,
    );
    expect(metadata.namespace).toMatch(/^(?:argocd|flux-system)$/u);
  }
});

describe.skipIf(!HAS_HELM)("the chart takes the values", () => {
  test("of the application for Argo CD", () => {
    const { source } = specOf("examples/argocd/operator.yaml", "Application") as {
      source: { path: string; helm: { valuesObject: Values } };
    };
    expect(source.path).toBe("charts/secured-function-backend");
    expect(render(source.helm.valuesObject)).not.toEqual([]);
  });

  test("of the release for Flux", () => {
    const { chart, values } = specOf("examples/flux/operator.yaml", "HelmRelease") as {
      chart: { spec: { chart: string } };
      values: Values;
    };
    expect(chart.spec.chart).toBe("charts/secured-function-backend");
    expect(render(values)).not.toEqual([]);
  });
});

test("Argo CD is told to apply on the server, and to wait for definitions that come with the operator", () => {
  const optionsOf = (path: string) =>
    (specOf(path, "Application") as { syncPolicy: { syncOptions: readonly string[] } }).syncPolicy
      .syncOptions;
  expect(optionsOf("examples/argocd/operator.yaml")).toContain("ServerSideApply=true");
  expect(optionsOf("examples/argocd/backends.yaml")).toEqual([
    "ServerSideApply=true",
    "SkipDryRunOnMissingResource=true",
  ]);
});

test("the operator is synced before the backends", () => {
  const waveOf = (path: string) =>
    Number(
      theOnly(manifestsOf(path), "Application").metadata.annotations?.[
        "argocd.argoproj.io/sync-wave"
      ],
    );
  expect(waveOf("examples/argocd/operator.yaml")).toBeLessThan(
    waveOf("examples/argocd/backends.yaml"),
  );
});

test("the patch of Argo CD's settings holds the scripts as they lie in the upstream shape", () => {
  const folder =
    "examples/argocd/resource_customizations/securedbackend.dev/SecuredFunctionBackend";
  const read = (path: string) => readFileSync(join(PROJECT_ROOT, folder, path), "utf8");
  const patch = parse(
    readFileSync(join(PROJECT_ROOT, "examples/argocd/argocd-cm-patch.yaml"), "utf8"),
  ) as { data: Readonly<Record<string, string>> };
  const [health, actions] = ["health", "actions"].map(
    (kind) =>
      patch.data[`resource.customizations.${kind}.securedbackend.dev_SecuredFunctionBackend`],
  );
  expect(health).toBe(read("health.lua"));
  expect(parse(actions ?? "")).toEqual({
    "discovery.lua": read("actions/discovery.lua"),
    definitions: [{ name: "reconcile", "action.lua": read("actions/reconcile/action.lua") }],
  });
});
