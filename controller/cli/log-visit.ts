import { keyOf } from "../manifests/object-key.ts";
import type { Visit } from "../manifests/rounds.ts";
import { allChanges } from "../reconcile/plan.ts";
import type { Log } from "../telemetry/log.ts";
import { standingOf } from "./standing.ts";

/** Logs how a pass went. */
export function logVisit(log: Log, visit: Visit): void {
  const object = keyOf(visit.object);
  if (visit.kind === "failed") {
    const { message, stack } = visit.error;
    log.debug({ object, error: message, stack }, "pass broke off");
    return;
  }
  const { pass, durationInMs } = visit;
  const { reason } = standingOf(visit);
  const changes = pass.plan === undefined ? 0 : allChanges(pass.plan).length;
  log.info({ object, reason, outcome: pass.outcome.kind, changes, durationInMs }, "reconciled");
}
