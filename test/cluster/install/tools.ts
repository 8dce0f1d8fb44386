import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A program that tests in a cluster run, and how it is built from its Go module. */
export interface Tool {
  readonly name: "etcd" | "kube-apiserver" | "kubectl" | "helm" | "promtool";
  /** The folder below `test/cluster/tools/`, whose `go.mod` and `go.sum` pin the version. */
  readonly module: "etcd" | "kubernetes" | "helm" | "prometheus";
  /** The Go module whose version counts. */
  readonly source: string;
  /** The Go package of the program. */
  readonly program: string;
  /** The linker's `-X` settings for a version such as `1.37.2`; without them, it does not know its version. */
  readonly settings?: (version: string) => readonly string[];
  readonly tags?: readonly string[];
}

/** Every tool, in the order in which they are built. */
export const TOOLS: readonly Tool[] = [
  {
    name: "etcd",
    module: "etcd",
    source: "go.etcd.io/etcd/server/v3",
    program: "go.etcd.io/etcd/server/v3",
  },
  ...(["kube-apiserver", "kubectl"] as const).map((name): Tool => ({
    name,
    module: "kubernetes",
    source: "k8s.io/kubernetes",
    program: `k8s.io/kubernetes/cmd/${name}`,
    settings: kubernetesSettings,
  })),
  {
    name: "helm",
    module: "helm",
    source: "helm.sh/helm/v4",
    program: "helm.sh/helm/v4/cmd/helm",
    settings: (version) => [`helm.sh/helm/v4/internal/version.version=v${version}`],
  },
  {
    name: "promtool",
    module: "prometheus",
    source: "github.com/prometheus/prometheus",
    program: "github.com/prometheus/prometheus/cmd/promtool",
    // It checks rules: it need not find targets in every cloud.
    tags: ["remove_all_sd"],
  },
];

/** The Go modules of the tools. */
export const MODULES_FOLDER = join(import.meta.dirname, "../tools");

/** The tool of that name. @throws {Error} when there is none. */
export function toolOf(name: Tool["name"]): Tool {
  const tool = TOOLS.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`There is no tool ${name}.`);
  return tool;
}

/** The version that a tool's `go.mod` pins, such as `1.37.2`. @throws {Error} when it pins none. */
export function versionOf({ module, source }: Tool): string {
  const file = join(MODULES_FOLDER, module, "go.mod");
  const line = readFileSync(file, "utf8")
    .split("\n")
    .map((text) => text.trim().replace(/^require /u, ""))
    .find((text) => text.startsWith(`${source} v`));
  const version = line?.split(" ")[1]?.slice(1);
  if (version === undefined) throw new Error(`${file} requires no version of ${source}.`);
  return version;
}

/**
 * Kubernetes' programs read their version from variables in two packages; without them helm and kubectl
 * take the server for a development build (k8s.io/component-base, version/base.go).
 */
function kubernetesSettings(version: string): readonly string[] {
  const [major, minor] = version.split(".");
  const values = {
    gitVersion: `v${version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: "clean",
    gitCommit: "0".repeat(40),
    buildDate: "1970-01-01T00:00:00Z",
  };
  return ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((variables) =>
    Object.entries(values).map(([name, value]) => `${variables}.${name}=${value}`),
  );
}
