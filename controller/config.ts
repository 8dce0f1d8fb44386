import { delimiter, join } from "node:path";
import type { AzureOptions } from "./azure/connect.ts";
import { DEFAULT_BUDGET } from "./azure/limiter.ts";
import { UsageError } from "./usage-error.ts";
import { readCount, readDuration } from "./flag-values.ts";
import { VERSION } from "./version.ts";

/** Everything that is set from outside. */
export interface Config {
  readonly azure: AzureOptions;
  /** How long a check may fail before it is believed. */
  readonly settleTimeInMs: number;
  readonly logLevel: LogLevel;
  /** By which name other installations know this one; absent: the state folder's own. */
  readonly installation: string | undefined;
}

export type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** The options that every command with an Azure takes, for `parseArgs`. */
export const CONFIG_OPTIONS = {
  "settle-time": { type: "string" },
  "request-timeout": { type: "string" },
  "call-timeout": { type: "string" },
  "reads-per-second": { type: "string" },
  "writes-per-second": { type: "string" },
  installation: { type: "string" },
} as const;

/** The values of {@link CONFIG_OPTIONS} as given. */
export type ConfigFlags = { readonly [Flag in keyof typeof CONFIG_OPTIONS]?: string | undefined };

const HIGHEST_RATE = 1000;

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/**
 * Reads flags and environment; nobody else reads either.
 * @throws {UsageError} naming the flag or variable that cannot be understood.
 */
export function readConfig(
  flags: ConfigFlags,
  environment: Environment = process.env,
  { logLevel = "warn" }: { readonly logLevel?: LogLevel } = {},
): Config {
  const armEndpoint = readAddress(environment, "AZURE_RESOURCE_MANAGER_ENDPOINT", {
    otherwise: "https://management.azure.com",
  }).replace(/\/$/, "");
  return Object.freeze({
    azure: {
      authorityHost: readAddress(environment, "AZURE_AUTHORITY_HOST", {
        otherwise: "https://login.microsoftonline.com/",
      }),
      tenantId: readText(environment, "AZURE_TENANT_ID"),
      clientId: readText(environment, "AZURE_CLIENT_ID"),
      federatedTokenFile: readText(environment, "AZURE_FEDERATED_TOKEN_FILE"),
      armEndpoint,
      armAudience: readText(environment, "AZURE_RESOURCE_MANAGER_AUDIENCE") ?? armEndpoint,
      graphEndpoint: readAddress(environment, "AZURE_GRAPH_ENDPOINT", {
        otherwise: "https://graph.microsoft.com",
      }),
      userAgent: `secured-function-backend/${VERSION}`,
      timeoutInMs: readDuration("request-timeout", flags["request-timeout"] ?? "30s"),
      callTimeoutInMs: readDuration("call-timeout", flags["call-timeout"] ?? "10s"),
      budget: {
        readsPerSecond: readRate("reads-per-second", flags, DEFAULT_BUDGET.readsPerSecond),
        writesPerSecond: readRate("writes-per-second", flags, DEFAULT_BUDGET.writesPerSecond),
      },
    },
    settleTimeInMs: readDuration("settle-time", flags["settle-time"] ?? "5m"),
    logLevel: readLogLevel(environment, logLevel),
    installation: readInstallation(flags.installation),
  });
}

/** What Kubernetes and its tools say of themselves in the environment. */
export interface ClusterEnvironment {
  /** Where the API server is, as a pod is told. */
  readonly serviceHost: string | undefined;
  readonly servicePort: string | undefined;
  /** The files that `KUBECONFIG` names, or the one in the home folder. */
  readonly kubeConfigFiles: readonly string[];
  /** The pod's own namespace and name, by the downward API. */
  readonly podNamespace: string | undefined;
  readonly podName: string | undefined;
  /** All of it, for the exec plugins of a kubeconfig. */
  readonly variables: Environment;
}

/** Reads what {@link ClusterEnvironment} holds. */
export function readClusterEnvironment(environment: Environment = process.env): ClusterEnvironment {
  // In an image, a user may have no home: then no kubeconfig lies there, and that is no error.
  const home = readText(environment, "HOME") ?? readText(environment, "USERPROFILE");
  const files =
    readText(environment, "KUBECONFIG")?.split(delimiter) ??
    (home === undefined ? [] : [join(home, ".kube", "config")]);
  return {
    serviceHost: readText(environment, "KUBERNETES_SERVICE_HOST"),
    servicePort: readText(environment, "KUBERNETES_SERVICE_PORT"),
    kubeConfigFiles: files.filter((file) => file !== ""),
    podNamespace: readText(environment, "POD_NAMESPACE"),
    podName: readText(environment, "POD_NAME"),
    variables: environment,
  };
}

/** Where the user stood when the command was typed: `npm run` changes the working directory. */
export function readUserDirectory(environment: Environment = process.env): string {
  return readText(environment, "INIT_CWD") ?? process.cwd();
}

/** An empty variable counts as absent. */
function readText(environment: Environment, name: string): string | undefined {
  return environment[name] === "" ? undefined : environment[name];
}

function readAddress(
  environment: Environment,
  name: string,
  { otherwise }: { readonly otherwise: string },
): string {
  const text = readText(environment, name) ?? otherwise;
  if (URL.parse(text)?.protocol === "https:") return text;
  throw new UsageError(`${name} is ${text}: write an https:// address, tokens are sent there`);
}

function readRate(
  flag: "reads-per-second" | "writes-per-second",
  flags: ConfigFlags,
  otherwise: number,
): number {
  return readCount(flag, flags[flag] ?? String(otherwise), HIGHEST_RATE);
}

/** It stands in Azure as a part of an address, before a namespace and a name. */
function readInstallation(name: string | undefined): string | undefined {
  if (name === undefined || /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new UsageError(
    `--installation ${name}: write at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends`,
  );
}

/** A command line is quiet unless asked; a controller tells what it does. */
function readLogLevel(environment: Environment, otherwise: LogLevel): LogLevel {
  const level = readText(environment, "LOG_LEVEL") ?? otherwise;
  const known = LOG_LEVELS.find((each) => each === level);
  if (known !== undefined) return known;
  throw new UsageError(`LOG_LEVEL is ${level}: write one of ${LOG_LEVELS.join(", ")}`);
}
