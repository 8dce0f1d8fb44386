import {
  CONFIG_OPTIONS,
  readClusterEnvironment,
  readConfig,
  type ClusterEnvironment,
  type Config,
  type ConfigFlags,
} from "../config.ts";
import { parseDuration } from "../duration.ts";
import type { CommandIo } from "./io.ts";
import { UsageError } from "./usage-error.ts";

export const CONTROLLER_OPTIONS = {
  kubeconfig: { type: "string" },
  namespace: { type: "string", short: "n", multiple: true },
  workers: { type: "string" },
  "leader-elect": { type: "boolean" },
  "lease-name": { type: "string" },
  "lease-namespace": { type: "string" },
  "lease-duration": { type: "string" },
  "renew-deadline": { type: "string" },
  "retry-period": { type: "string" },
  "health-address": { type: "string" },
  "metrics-address": { type: "string" },
  "object-metrics": { type: "boolean" },
  "pass-timeout": { type: "string" },
  "grace-period": { type: "string" },
  help: { type: "boolean", short: "h" },
  ...CONFIG_OPTIONS,
} as const;

/** How the controller runs in its cluster. */
export interface ControllerOptions {
  readonly config: Config;
  readonly environment: ClusterEnvironment;
  /** Absolute; absent: the pod's service account, or the kubeconfig that is found. */
  readonly kubeConfigFile: string | undefined;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  /** How many objects are worked on at a time. */
  readonly workers: number;
  readonly lease: LeaseOptions;
  /** Absent: nothing is served. */
  readonly healthAddress: Address | undefined;
  readonly metricsAddress: Address | undefined;
  /** Whether each object has series of its own. */
  readonly hasObjectMetrics: boolean;
  readonly passLimitInMs: number;
  readonly gracePeriodInMs: number;
}

/** How replicas agree on who writes. */
export interface LeaseOptions {
  readonly isElected: boolean;
  readonly name: string;
  /** Absent: the pod's own, or that of the kubeconfig. */
  readonly namespace: string | undefined;
  readonly durationInMs: number;
  readonly renewDeadlineInMs: number;
  readonly retryPeriodInMs: number;
}

/** Where a server listens; without a host on all addresses. */
export interface Address {
  readonly host: string | undefined;
  readonly port: number;
}

interface ControllerFlags extends ConfigFlags {
  readonly kubeconfig?: string | undefined;
  readonly namespace?: readonly string[] | undefined;
  readonly workers?: string | undefined;
  readonly "leader-elect"?: boolean | undefined;
  readonly "lease-name"?: string | undefined;
  readonly "lease-namespace"?: string | undefined;
  readonly "lease-duration"?: string | undefined;
  readonly "renew-deadline"?: string | undefined;
  readonly "retry-period"?: string | undefined;
  readonly "health-address"?: string | undefined;
  readonly "metrics-address"?: string | undefined;
  readonly "object-metrics"?: boolean | undefined;
  readonly "pass-timeout"?: string | undefined;
  readonly "grace-period"?: string | undefined;
}

const MOST_WORKERS = 64;

/** @throws {UsageError} naming the flag or variable that cannot be understood. */
export function readControllerOptions(
  { values, positionals: [stray] }: { values: ControllerFlags; positionals: readonly string[] },
  io: Pick<CommandIo, "resolvePath">,
  environment?: Readonly<Record<string, string | undefined>>,
): ControllerOptions {
  if (stray !== undefined) {
    throw new UsageError(`unexpected argument '${stray}': sfb controller --help lists the options`);
  }
  return {
    config: readConfig(values, environment, { logLevel: "info" }),
    environment: readClusterEnvironment(environment),
    kubeConfigFile: values.kubeconfig === undefined ? undefined : io.resolvePath(values.kubeconfig),
    namespaces: [...new Set(values.namespace)],
    workers: readWorkers(values.workers),
    lease: readLease(values),
    healthAddress: readAddress("health-address", values["health-address"] ?? ":8081"),
    metricsAddress: readAddress("metrics-address", values["metrics-address"] ?? ":8080"),
    hasObjectMetrics: values["object-metrics"] ?? true,
    passLimitInMs: readDuration("pass-timeout", values["pass-timeout"] ?? "5m"),
    gracePeriodInMs: readDuration("grace-period", values["grace-period"] ?? "25s"),
  };
}

function readWorkers(text = "8"): number {
  const workers = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= MOST_WORKERS) return workers;
  throw new UsageError(`--workers ${text}: write a number from 1 to ${MOST_WORKERS}`);
}

/** The defaults are those of client-go: 15 s, 10 s, 2 s. */
function readLease(flags: ControllerFlags): LeaseOptions {
  const lease: LeaseOptions = {
    isElected: flags["leader-elect"] ?? true,
    name: flags["lease-name"] ?? "secured-function-backend",
    namespace: flags["lease-namespace"],
    durationInMs: readDuration("lease-duration", flags["lease-duration"] ?? "15s"),
    renewDeadlineInMs: readDuration("renew-deadline", flags["renew-deadline"] ?? "10s"),
    retryPeriodInMs: readDuration("retry-period", flags["retry-period"] ?? "2s"),
  };
  if (lease.durationInMs <= lease.renewDeadlineInMs) {
    throw new UsageError("--lease-duration must be longer than --renew-deadline");
  }
  if (lease.renewDeadlineInMs <= 1.2 * lease.retryPeriodInMs) {
    throw new UsageError("--renew-deadline must be longer than 1.2 times --retry-period");
  }
  return lease;
}

type DurationFlag =
  | "lease-duration"
  | "renew-deadline"
  | "retry-period"
  | "pass-timeout"
  | "grace-period";

function readDuration(flag: DurationFlag, text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new UsageError(`--${flag} ${(error as RangeError).message}`);
  }
}

/** `:8081`, `127.0.0.1:8081`, `[::1]:8081`; port 0 takes any that is free. */
const ADDRESS = /^(?<host>\[[0-9a-fA-F:.]+\]|[^:[\]]*):(?<port>[0-9]{1,5})$/;
const LAST_PORT = 65_535;

function readAddress(
  flag: "health-address" | "metrics-address",
  text: string,
): Address | undefined {
  if (text === "off") return undefined;
  const { host = "", port } = ADDRESS.exec(text)?.groups ?? {};
  if (port !== undefined && Number(port) <= LAST_PORT) {
    return { host: host.replace(/^\[|\]$/g, "") || undefined, port: Number(port) };
  }
  throw new UsageError(`--${flag} ${text}: write :PORT, HOST:PORT or off`);
}
