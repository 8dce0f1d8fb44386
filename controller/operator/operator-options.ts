import type { ClusterEnvironment, Config } from "../config.ts";

/** How the operator runs in its cluster. */
export interface OperatorOptions {
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
