import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  CONTROLLER_OPTIONS,
  readControllerOptions,
} from "../../controller/cli/controller-arguments.ts";
import { parseOptions } from "../../controller/cli/front-arguments.ts";
import { PROJECT_ROOT } from "../support/project.ts";
import {
  CHART,
  HAS_HELM,
  MINIMAL,
  ofKind,
  render,
  theOnly,
  type Labels,
  type Manifest,
  type PodTemplate,
  type Values,
} from "./helm.ts";
import { arbitraryValues } from "./arbitrary-values.ts";

const EVERYTHING = parse(readFileSync(join(CHART, "ci/everything-values.yaml"), "utf8")) as Values;

interface Workload {
  readonly strategy?: unknown;
  readonly selector: { readonly matchLabels: Labels };
  readonly template: PodTemplate;
}

/** The templates of all pods that a manifest makes. */
function podTemplates(manifest: Manifest): readonly PodTemplate[] {
  if (manifest.kind === "Pod") return [manifest as unknown as PodTemplate];
  const makesPods = manifest.kind === "Deployment" || manifest.kind === "Job";
  return makesPods ? [(manifest.spec as Workload).template] : [];
}

/** What a Service, a PodDisruptionBudget and a NetworkPolicy select pods by. */
function selectorsOf({ kind, spec }: Manifest): readonly Labels[] {
  if (kind === "Service") return [(spec as { selector: Labels }).selector];
  if (kind === "PodDisruptionBudget") return [(spec as Workload).selector.matchLabels];
  if (kind !== "NetworkPolicy") return [];
  return [(spec as { podSelector: { matchLabels: Labels } }).podSelector.matchLabels];
}

/** What must hold of everything the chart renders, whatever the values. */
function expectToBeSound(manifests: readonly Manifest[]): void {
  const identities = manifests.map(
    ({ apiVersion, kind, metadata }) =>
      `${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`,
  );
  expect(identities).toEqual([...new Set(identities)]);
  for (const { metadata } of manifests) {
    expect(metadata.name).toMatch(/^[a-z0-9][-.a-z0-9]*$/u);
    expect(metadata.labels).toMatchObject({
      "app.kubernetes.io/instance": "sfb",
      "app.kubernetes.io/managed-by": "Helm",
      "app.kubernetes.io/part-of": "secured-function-backend",
    });
  }
  for (const { spec } of manifests.flatMap(podTemplates)) {
    // Pod Security Standard "restricted", https://kubernetes.io/docs/concepts/security/pod-security-standards/
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65_532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(spec).not.toHaveProperty("hostNetwork");
    for (const container of spec.containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      // The image has no shell: what its entry point, Node, is given must be all.
      expect(container).not.toHaveProperty("command");
    }
  }
  for (const { rules } of manifests.filter(({ kind }) => kind.endsWith("Role"))) {
    expect(JSON.stringify(rules)).not.toContain("*");
  }
  const { selector, template } = theOnly(manifests, "Deployment").spec as Workload;
  const others = manifests.filter(({ kind }) => kind === "Pod" || kind === "Job");
  for (const labels of [selector.matchLabels, ...manifests.flatMap(selectorsOf)]) {
    expect(Object.keys(labels)).toEqual(["app.kubernetes.io/name", "app.kubernetes.io/instance"]);
    expect(template.metadata.labels).toMatchObject(labels);
    for (const { metadata } of others.flatMap(podTemplates)) {
      expect(metadata.labels).not.toMatchObject(labels);
    }
  }
}

describe.skipIf(!HAS_HELM)("the chart", () => {
  test.each<[string, Values]>([
    ["the least", MINIMAL],
    ["everything", EVERYTHING],
    ["a digest", { ...MINIMAL, image: { ...MINIMAL.image, digest: `sha256:${"0".repeat(64)}` } }],
    ["one replica", { ...MINIMAL, replicaCount: 1, leaderElection: { enabled: false } }],
    ["namespaces", { ...MINIMAL, watchNamespaces: ["shop", "bank"] }],
    ["definitions that go", { ...MINIMAL, crds: { keep: false } }],
    ["a long name", { ...MINIMAL, fullnameOverride: "a".repeat(63) }],
    [
      "labels that try to take over",
      {
        ...MINIMAL,
        podLabels: { "app.kubernetes.io/name": "other" },
        commonLabels: { "app.kubernetes.io/instance": "other" },
      },
    ],
    [
      "objects of the user",
      {
        ...MINIMAL,
        extraObjects: [
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: {
              name: "extra",
              labels: {
                "app.kubernetes.io/instance": "{{ .Release.Name }}",
                "app.kubernetes.io/managed-by": "Helm",
                "app.kubernetes.io/part-of": "secured-function-backend",
              },
            },
          },
        ],
      },
    ],
  ])("is sound with %s", (_, values) => {
    expect(() => expectToBeSound(render(values))).not.toThrow();
  });

  test("is sound with every combination of what can be switched", { timeout: 120_000 }, () => {
    assert(
      property(arbitraryValues(), (values) => expectToBeSound(render(values))),
      { numRuns: 30 },
    );
  });

  test("brings the definitions as they lie in crds/, with labels and annotations", () => {
    const rendered = ofKind(render(), "CustomResourceDefinition");
    for (const definition of rendered) {
      const { labels, annotations, ...metadata } = definition.metadata;
      const [plural, ...group] = metadata.name.split(".");
      const file = `crds/${group.join(".")}_${plural}.yaml`;
      expect({ ...definition, metadata }).toEqual(
        parse(readFileSync(join(PROJECT_ROOT, file), "utf8")),
      );
      expect(annotations).toEqual({ "helm.sh/resource-policy": "keep" });
      expect(labels).toHaveProperty("helm.sh/chart");
    }
    expect(rendered.map(({ metadata }) => metadata.name)).toContain(
      "securedfunctionbackends.securedbackend.dev",
    );
  });

  test.each([
    [
      { install: true, keep: true },
      { definitions: true, kept: true, asks: false },
    ],
    [
      { install: true, keep: false },
      { definitions: true, kept: false, asks: true },
    ],
    [
      { install: false, keep: true },
      { definitions: false, kept: false, asks: false },
    ],
    [
      { install: false, keep: false },
      { definitions: false, kept: false, asks: false },
    ],
  ])("with definitions %j: %j", (crds, expected) => {
    const manifests = render({ ...MINIMAL, crds });
    const definitions = ofKind(manifests, "CustomResourceDefinition");
    expect({
      definitions: definitions.length > 0,
      kept: definitions.some(
        ({ metadata }) => metadata.annotations?.["helm.sh/resource-policy"] === "keep",
      ),
      asks: ofKind(manifests, "Job").length > 0,
    }).toEqual(expected);
  });
});

describe.skipIf(!HAS_HELM)("the controller's pod", () => {
  const workloadOf = (values: Values) => theOnly(render(values), "Deployment").spec as Workload;
  const podOf = (values: Values) => workloadOf(values).template;
  const environment = (values: Values) =>
    Object.fromEntries(
      podOf(values).spec.containers[0].env.map(({ name, value }) => [name, value]),
    );

  test("gets its flags", () => {
    expect(
      podOf({
        ...MINIMAL,
        watchNamespaces: ["shop"],
        controller: { workers: 3, extraArgs: ["--x=1"] },
      }).spec.containers[0].args,
    ).toEqual([
      "--max-old-space-size-percentage=60",
      "--max-semi-space-size=16",
      "/app/sfb.js",
      "controller",
      "--namespace=shop",
      "--workers=3",
      "--leader-elect",
      "--lease-name=sfb-secured-function-backend",
      "--lease-namespace=sfb-system",
      "--health-address=:8081",
      "--metrics-address=:8080",
      "--settle-time=5m",
      "--request-timeout=30s",
      "--call-timeout=10s",
      "--grace-period=55s",
      "--x=1",
    ]);
  });

  test.each<[string, Values]>([
    ["two replicas", MINIMAL],
    ["one replica", { ...MINIMAL, replicaCount: 1, leaderElection: { enabled: false } }],
    ["namespaces", { ...MINIMAL, watchNamespaces: ["shop", "bank"] }],
    ["everything", EVERYTHING],
  ])("has flags that the controller understands, with %s", (_, values) => {
    const [{ args, env }] = podOf(values).spec.containers;
    const [, , file, command, ...flags] = args;
    expect([file, command]).toEqual(["/app/sfb.js", "controller"]);
    const environment = Object.fromEntries(env.map(({ name, value = "sfb" }) => [name, value]));
    const options = readControllerOptions(
      parseOptions(flags, CONTROLLER_OPTIONS),
      { resolvePath: (path) => path },
      environment,
    );
    expect(options).toMatchObject({
      namespaces: values["watchNamespaces"] ?? [],
      workers: 8,
      lease: { isElected: values["replicaCount"] !== 1 },
      healthAddress: { port: 8081 },
      metricsAddress: { port: 8080 },
    });
  });

  test("is replaced, not doubled, when nobody is elected", () => {
    const { strategy, template } = workloadOf({
      ...MINIMAL,
      replicaCount: 1,
      leaderElection: { enabled: false },
    });
    expect(strategy).toEqual({ type: "Recreate" });
    expect(template.spec.containers[0].args).toContain("--no-leader-elect");
  });

  test("is taken in by the webhook of workload identity, with the account's client id", () => {
    const manifests = render(EVERYTHING);
    const { template } = theOnly(manifests, "Deployment").spec as Workload;
    expect(template.metadata.labels).toHaveProperty("azure.workload.identity/use", "true");
    expect(theOnly(manifests, "ServiceAccount").metadata.annotations).toEqual({
      "azure.workload.identity/client-id": "22222222-2222-4222-8222-222222222222",
      "azure.workload.identity/tenant-id": "44444444-4444-4444-8444-444444444444",
      "azure.workload.identity/service-account-token-expiration": "7200",
    });
  });

  test("is left alone by it where the credential comes from elsewhere", () => {
    const values = { image: MINIMAL.image, azure: { authentication: { mode: "External" } } };
    expect(podOf(values).metadata.labels).not.toHaveProperty("azure.workload.identity/use");
    expect(theOnly(render(values), "ServiceAccount").metadata).not.toHaveProperty("annotations");
  });

  test("is made anew when the client id changes, and only then", () => {
    const checksum = (values: Values) =>
      podOf(values).metadata.annotations["checksum/service-account"];
    const other = {
      ...MINIMAL,
      azure: { authentication: { clientId: "55555555-5555-4555-8555-555555555555" } },
    };
    expect(checksum(other)).not.toBe(checksum(MINIMAL));
    expect(checksum({ ...MINIMAL, replicaCount: 3 })).toBe(checksum(MINIMAL));
  });

  test("is told the addresses of its cloud, and otherwise none", () => {
    expect(environment(EVERYTHING)).toMatchObject({
      AZURE_AUTHORITY_HOST: "https://login.microsoftonline.us/",
      AZURE_RESOURCE_MANAGER_ENDPOINT: "https://management.usgovcloudapi.net",
      AZURE_RESOURCE_MANAGER_AUDIENCE: "https://management.usgovcloudapi.net",
      AZURE_GRAPH_ENDPOINT: "https://graph.microsoft.us",
    });
    expect(Object.keys(environment(MINIMAL))).toEqual(["POD_NAME", "POD_NAMESPACE", "LOG_LEVEL"]);
  });
});
