import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { toolOf, versionOf, type Tool } from "./install/tools.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Outside of the checkout, so that a machine builds each version once. */
export function cacheFolder(env: Environment = process.env): string {
  const base = env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(base, "secured-function-backend", "cluster");
}

/** Where a tool of the pinned version is kept, for this kind of machine. */
export function cachedBinary(tool: Tool, env: Environment = process.env): string {
  return join(cacheFolder(env), `${tool.module}-${versionOf(tool)}`, PLATFORM, tool.name);
}

/** Where the envtest release of the pinned minor version is kept. */
export function envtestFolder(env: Environment = process.env): string {
  return join(
    cacheFolder(env),
    `envtest-${minorOf(versionOf(toolOf("kube-apiserver")))}`,
    PLATFORM,
  );
}

/** Go's names of system and processor, as in the names of envtest's archives. */
export const PLATFORM = [process.platform, process.arch === "x64" ? "amd64" : process.arch].join(
  "-",
);

/** `1.37` of `1.37.2`. */
export function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/**
 * The path of a tool: in `KUBEBUILDER_ASSETS`, the convention of controller-runtime's envtest, or else in
 * the cache, built or downloaded. Undefined when it is in neither.
 */
export function findBinary(name: Tool["name"], env: Environment = process.env): string | undefined {
  const assets = env["KUBEBUILDER_ASSETS"];
  const candidates = [
    ...(assets === undefined || assets === "" ? [] : [join(assets, name)]),
    cachedBinary(toolOf(name), env),
    join(envtestFolder(env), name),
  ];
  return candidates.find(isExecutable);
}

/** The path of a tool. @throws {Error} that says how to get it. */
export function binary(name: Tool["name"], env: Environment = process.env): string {
  const path = findBinary(name, env);
  if (path === undefined) throw new Error(describeMissing([name], env));
  return path;
}

/** Without these there is no cluster. */
const CLUSTER_TOOLS = ["etcd", "kube-apiserver", "kubectl"] as const;

/** What to do about tools that are missing; nothing when all are there. */
export function describeMissing(
  names: readonly Tool["name"][] = CLUSTER_TOOLS,
  env: Environment = process.env,
): string | undefined {
  const missing = names.filter((name) => findBinary(name, env) === undefined);
  if (missing.length === 0) return undefined;
  const assets = env["KUBEBUILDER_ASSETS"];
  const places = [...(assets ? [`KUBEBUILDER_ASSETS (${assets})`] : []), cacheFolder(env)];
  return (
    `There is no ${missing.join(", no ")} in ${places.join(" or ")}. ` +
    "`npm run cluster:install` puts them there."
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
