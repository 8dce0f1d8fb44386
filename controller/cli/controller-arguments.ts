import { CONFIG_OPTIONS, readClusterEnvironment, readConfig, type ConfigFlags } from "../config.ts";
import { readCount, readDuration } from "../flag-values.ts";
import type { Address, LeaseOptions, OperatorOptions } from "../operator/operator-options.ts";
import { UsageError } from "../usage-error.ts";
import type { CommandIo } from "./io.ts";

/** The options of `sfb controller`, for `parseOptions`. */
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
): OperatorOptions {
  if (stray !== undefined) {
    throw new UsageError(`unexpected argument '${stray}': sfb controller --help lists the options`);
  }
  return {
    config: readConfig(values, environment, { logLevel: "info" }),
    environment: readClusterEnvironment(environment),
    kubeConfigFile: values.kubeconfig === undefined ? undefined : io.resolvePath(values.kubeconfig),
    namespaces: [...new Set(values.namespace)],
    workers: readCount("workers", values.workers ?? "8", MOST_WORKERS),
    lease: readLease(values),
    healthAddress: readAddress("health-address", values["health-address"] ?? ":8081"),
    metricsAddress: readAddress("metrics-address", values["metrics-address"] ?? ":8080"),
    hasObjectMetrics: values["object-metrics"] ?? true,
    passLimitInMs: readDuration("pass-timeout", values["pass-timeout"] ?? "5m"),
    gracePeriodInMs: readDuration("grace-period", values["grace-period"] ?? "25s"),
  };
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
