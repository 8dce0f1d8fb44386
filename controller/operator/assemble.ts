import { connectToAzure } from "../azure/connect.ts";
import type { OperatorOptions } from "./operator-options.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { SYSTEM_CLOCK } from "../kubernetes/clock.ts";
import { Controller } from "../kubernetes/controller.ts";
import { EventRecorder } from "../kubernetes/event-recorder.ts";
import { LeaderElector } from "../kubernetes/leader-elector.ts";
import { WorkQueue } from "../kubernetes/work-queue.ts";
import { Gateways } from "../reconcile/gateway.ts";
import { azureObserver } from "../telemetry/azure-observer.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { BackendReconciler } from "./backend-reconciler.ts";
import type { BackendRegister } from "./backend-register.ts";
import { Bookkeeper } from "./bookkeeper.ts";
import type { WatchedCaches } from "./caches.ts";
import { controllerObserver, electionObserver, eventObserver } from "./observers.ts";
import { SecretKeys } from "./secret-keys.ts";
import { SnapshotSecrets } from "./snapshot-secrets.ts";

/** What all parts stand on. */
export interface Foundation {
  readonly options: OperatorOptions;
  readonly client: KubernetesClient;
  /** Of the lease and the snapshots. */
  readonly namespace: string;
  /** Names this replica among the others. */
  readonly identity: string;
  readonly caches: WatchedCaches;
  readonly register: BackendRegister;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The parts that work once this replica leads. */
export interface Parts {
  /** Absent: there is one replica, and nobody to agree with. */
  readonly elector: LeaderElector | undefined;
  readonly queue: WorkQueue;
  readonly controller: Controller;
  readonly events: EventRecorder;
  readonly gateways: Gateways;
}

/** Name of the controller in metrics, events and user agents. */
export const CONTROLLER_NAME = "secured-function-backend";

const clock = SYSTEM_CLOCK;
const random = Math.random;

/** Puts the parts together; nothing runs yet. */
export function assemble(foundation: Foundation): Parts {
  const { options, client, identity, register, metrics, log } = foundation;
  const elector = options.lease.isElected ? electorOf(foundation) : undefined;
  const assertMayWrite = () => elector?.assertLeader();
  const gateways = new Gateways();
  const events = new EventRecorder({
    client,
    clock,
    random,
    reporter: { controller: `securedbackend.dev/${CONTROLLER_NAME}`, instance: identity },
    observer: eventObserver(metrics, log),
  });
  const bookkeeper = new Bookkeeper({
    client,
    events,
    assertMayWrite,
    register,
    passMade: (object, pass) => metrics.objects.passMade(object, pass),
    log,
  });
  const reconciler = new BackendReconciler({
    backends: register,
    openDoor: connectToAzure({
      ...options.config.azure,
      userAgent: userAgentOf(foundation),
      permit: assertMayWrite,
      observer: azureObserver(metrics.azure, log),
    }),
    gateways,
    snapshots: new SnapshotSecrets(client, foundation.namespace, assertMayWrite),
    subscriptionKeys: new SecretKeys(client),
    bookkeeper,
    settleTimeInMs: options.config.settleTimeInMs,
    installation: () => installationOf(foundation),
    looksAfter:
      options.namespaces.length === 0
        ? undefined
        : (namespace) => options.namespaces.includes(namespace),
    now: () => clock.now(),
    random,
  });
  const queue = new WorkQueue({ clock, random, observer: metrics.queue });
  metrics.queue.watch(queue);
  const controller = controllerOf(foundation, queue, reconciler);
  return { elector, queue, controller, events, gateways };
}

/** So that Azure's logs tell which replica asked. */
function userAgentOf({ options }: Foundation): string {
  const { config, environment } = options;
  const { podName } = environment;
  return podName === undefined ? config.azure.userAgent : `${config.azure.userAgent} ${podName}`;
}

/** A cluster has no name of its own; this namespace lives as long as it does. */
const OLDEST_NAMESPACE = "kube-system";

function installationOf({ options, caches }: Foundation): string {
  const name = options.config.installation ?? caches.namespaces.get(OLDEST_NAMESPACE)?.metadata.uid;
  if (name !== undefined) return name;
  throw new Error(
    `namespace ${OLDEST_NAMESPACE} is not to be seen: name the installation with --installation`,
  );
}

function electorOf({ options, client, namespace, identity, metrics, log }: Foundation) {
  const { name, durationInMs, renewDeadlineInMs, retryPeriodInMs } = options.lease;
  return new LeaderElector({
    client,
    lease: { namespace, name },
    identity,
    leaseDurationInMs: durationInMs,
    renewDeadlineInMs,
    retryPeriodInMs,
    clock,
    random,
    observer: electionObserver(metrics, log, name),
  });
}

function controllerOf(
  { options, caches, metrics, log }: Foundation,
  queue: WorkQueue,
  reconciler: BackendReconciler,
): Controller {
  return new Controller({
    queue,
    sources: caches.all,
    reconcile: (key, pass) =>
      log.during({ object: key, reconcileId: pass.reconcileId }, () =>
        reconciler.reconcile(key, pass),
      ),
    workers: options.workers,
    passLimitInMs: options.passLimitInMs,
    clock,
    observer: controllerObserver(metrics, log),
  });
}
