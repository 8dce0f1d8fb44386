import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { OperatorOptions } from "./operator-options.ts";
import { ApiClient } from "../kubernetes/api-client.ts";
import { SYSTEM_CLOCK } from "../kubernetes/clock.ts";
import { NotLeader } from "../kubernetes/leader-elector.ts";
import { Transport } from "../kubernetes/transport.ts";
import type { Log } from "../telemetry/log.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { VERSION } from "../version.ts";
import { assemble, CONTROLLER_NAME, type Parts } from "./assemble.ts";
import { BackendRegister } from "./backend-register.ts";
import { abortedAfter, every, inBackground } from "./background.ts";
import { createCaches } from "./caches.ts";
import { described, reflectorObserver } from "./observers.ts";
import { reachCluster } from "./reach-cluster.ts";
import { BACKENDS, GRANTS, NAMESPACES } from "./resources.ts";
import { serve } from "./serve.ts";

/** What is shared of a service is read again after so long. */
const SWEEP_IN_MS = 5000;
/** Of the grace period, for what comes after the passes: events, the lease, the servers. */
const FAREWELL_IN_MS = 5000;

/**
 * Runs the controller in its cluster until the signal aborts: watches from the start, works while it
 * leads. When it is asked to stop, passes under way end first, then events are sent and the lease is let
 * go, and last the servers and connections close. What is done for one object stands in
 * `BackendReconciler`.
 *
 * @returns the exit code: 0 stopped as asked, 1 the lease was lost.
 * @throws {UsageError} when there is no cluster to talk to, or no namespace for lease and snapshots.
 */
export async function runOperator(
  options: OperatorOptions,
  log: Log,
  signal: AbortSignal,
): Promise<number> {
  const { connection, namespace } = await reachCluster(options);
  const identity = `${options.environment.podName ?? hostname()}_${randomUUID()}`;
  log.info({ version: VERSION, holder: identity, lease: options.lease.name }, "starting");

  const clock = SYSTEM_CLOCK;
  const metrics = createMetrics({
    controller: CONTROLLER_NAME,
    lease: options.lease.name,
    maxConcurrentReconciles: options.workers,
    objects: () => register.list(),
    isPerObject: options.hasObjectMetrics,
    now: () => clock.now(),
    apiServer: {
      host: new URL(connection.server).host,
      resources: [BACKENDS, GRANTS, NAMESPACES].map(({ plural }) => plural),
    },
  });
  await using transport = new Transport({
    connection,
    userAgent: `${CONTROLLER_NAME}/${VERSION}`,
    clock,
    random: Math.random,
    onAnswer: (method, code) => metrics.apiServer.requested(method, code),
  });
  const client = new ApiClient(transport);
  const caches = createCaches({
    client,
    namespaces: options.namespaces,
    clock,
    random: Math.random,
    observerOf: (resource) => reflectorObserver(metrics, log, resource, () => clock.now()),
    onHandlerError: (error) => log.error(described(error), "following an object failed"),
  });
  const register = new BackendRegister(caches);
  const shared = { options, client, namespace, identity, caches, register, metrics, log };
  const parts = assemble(shared);

  await using _servers = await serve({
    ...options,
    metrics,
    caches: caches.all,
    elector: parts.elector,
    stopping: signal,
    log,
  });
  await using _watches = inBackground((until) => caches.run(until));
  register.follow((key, inMs, place) => parts.queue.addAfter(key, inMs, place));
  // Without an election the only replica leads, and no elector says so.
  if (parts.elector === undefined) metrics.leader.led(true);
  try {
    await lead(parts, options, signal);
    log.info({}, "stopped");
    return 0;
  } catch (error) {
    if (!(error instanceof NotLeader)) throw error;
    log.error({ lease: options.lease.name, ...described(error) }, "lost the lease");
    return 1;
  }
}

/** Works while this replica leads. @throws {NotLeader} when it does not any more. */
async function lead(
  { elector, controller, events, gateways }: Parts,
  { gracePeriodInMs }: OperatorOptions,
  signal: AbortSignal,
): Promise<void> {
  const work = async (lost: AbortSignal) => {
    using _sweeps = every(SWEEP_IN_MS, () => gateways.beginSweep());
    using patience = abortedAfter(signal, gracePeriodInMs - FAREWELL_IN_MS);
    await using _events = inBackground((until) => events.run(until));
    await controller.run({ stop: signal, abandon: AbortSignal.any([lost, patience.signal]) });
  };
  if (elector === undefined) await work(new AbortController().signal);
  else await elector.run(signal, work);
}
