import type { ControllerObserver } from "../kubernetes/controller-observer.ts";
import { isKind } from "../kubernetes/errors.ts";
import type { EventObserver } from "../kubernetes/event-recorder.ts";
import type { LeaderObserver } from "../kubernetes/leader-elector.ts";
import type { ReflectorObserver } from "../kubernetes/reflector.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";

/** Counts passes, and logs the end of each. */
export function controllerObserver({ controller }: Metrics, log: Log): ControllerObserver {
  return {
    passStarted: () => controller.passStarted(),
    passEnded: (pass) => {
      controller.passEnded(pass);
      const { key: object, reconcileId, attempt, error, againInMs } = pass;
      const durationInMs = Math.round(pass.durationInMs);
      const fields = { object, reconcileId, attempt, durationInMs, againInMs };
      if (error === undefined) log.debug({ ...fields, outcome: pass.result }, "pass ended");
      else if (pass.isAbandoned) log.info(fields, "pass cut off");
      else log.warn({ ...fields, ...described(error) }, "pass failed");
    },
  };
}

/** Tells who leads. */
export function electionObserver({ leader }: Metrics, log: Log, lease: string): LeaderObserver {
  return {
    leadershipChanged: (isLeader) => {
      leader.led(isLeader);
      log.info({ lease }, isLeader ? "became the leader" : "leads no more");
    },
    leaseCallFailed: (error) => {
      leader.tookSlowPath();
      log[levelOf(error)]({ lease, ...described(error) }, "lease call failed");
    },
  };
}

/** Tells how fresh what is known of a resource is. */
export function reflectorObserver(
  { apiServer }: Metrics,
  log: Log,
  resource: string,
  now: () => number,
): ReflectorObserver {
  return {
    listed: () => {
      apiServer.listed(resource);
      apiServer.synced(resource);
      apiServer.heard(resource, now());
    },
    heard: () => apiServer.heard(resource, now()),
    watchEnded: (how) => apiServer.watchEnded(resource, how),
    failed: (error, againInMs) =>
      log.warn({ resource, ...described(error), againInMs }, "watch failed"),
  };
}

/** Tells what of events nobody will see. */
export function eventObserver({ apiServer }: Metrics, log: Log): EventObserver {
  return {
    eventDropped: (why, error) => {
      apiServer.eventDropped();
      const fields = { outcome: why, ...(error !== undefined && described(error)) };
      log[levelOf(error)](fields, "event dropped");
    },
  };
}

/** A role that lacks a rule does not mend itself. */
function levelOf(error: unknown): "warn" | "info" {
  return isKind(error, "Forbidden") ? "warn" : "info";
}

/** What a log may tell of a failure. */
export function described(error: unknown): { readonly error: string; readonly reason?: string } {
  if (!(error instanceof Error)) return { error: String(error) };
  return { error: error.message, reason: error.name };
}
