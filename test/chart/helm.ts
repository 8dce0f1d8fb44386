import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { binary, findBinary } from "../cluster/binaries.ts";
import { PROJECT_ROOT } from "../support/project.ts";

/** The chart's folder. */
export const CHART = join(PROJECT_ROOT, "charts/secured-function-backend");

/** An object as the chart renders it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly rules?: unknown;
}

export type Labels = Readonly<Record<string, string>>;

/** What a pod is made of, as far as tests look at it. */
export interface PodTemplate {
  readonly metadata: { readonly labels: Labels; readonly annotations: Labels };
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly securityContext: unknown;
  readonly containers: readonly [Container, ...Container[]];
}

export interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext: unknown;
}

/** The least that a user sets, see ci/minimal-values.yaml. */
export const MINIMAL = {
  image: { repository: "registry.example/secured-function-backend" },
  azure: { authentication: { clientId: "22222222-2222-4222-8222-222222222222" } },
} as const;

export type Values = Readonly<Record<string, unknown>>;

/** Whether helm is there; without it these tests are skipped. */
export const HAS_HELM = findBinary("helm") !== undefined;

/** Runs helm with values in a file. */
export function runHelm(args: readonly string[], values: Values = {}) {
  const folder = mkdtempSync(join(tmpdir(), "chart-"));
  try {
    const file = join(folder, "values.json");
    writeFileSync(file, JSON.stringify(values));
    const { status, stdout, stderr } = spawnSync(binary("helm"), [...args, "--values", file], {
      encoding: "utf8",
      env: { ...process.env, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder },
    });
    return { exitCode: status, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What the chart makes of values, hooks among it.
 *
 * @throws {Error} with helm's own words when it refuses, or when what it renders is not YAML.
 */
export function render(values: Values = MINIMAL): readonly Manifest[] {
  const { exitCode, stdout, stderr } = runHelm(
    ["template", "sfb", CHART, "--namespace", "sfb-system"],
    values,
  );
  if (exitCode !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout, { uniqueKeys: true, strict: true })
    .map((document) => {
      for (const error of document.errors) throw error;
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null);
}

/** Those of a kind. */
export function ofKind(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

/** The one of a kind. @throws {Error} when there is none, or more. */
export function theOnly(manifests: readonly Manifest[], kind: string): Manifest {
  const [manifest, ...others] = ofKind(manifests, kind);
  if (manifest === undefined || others.length > 0) throw new Error(`not one ${kind}`);
  return manifest;
}
