import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { serviceId } from "../azure/resource-ids.ts";
import { summarize } from "../reconcile/outcome.ts";
import type { Pass } from "../reconcile/report.ts";

/** What is told of a pass, as an event of Kubernetes. */
export interface PassEvent {
  readonly type: "Normal" | "Warning";
  /** CamelCase: why. */
  readonly reason: string;
  /** CamelCase: what was done or tried. */
  readonly action: "Detect" | "Correct" | "Reconcile" | "Finalize";
  readonly note: string;
  /** Events of one scope, reason and action are told once, whatever the object. */
  readonly scope?: string;
}

/** What hits every object behind a service alike, and is told once for all of them. */
const OUTAGES: ReadonlySet<string> = new Set([
  "AzureTimeout",
  "AzureUnavailable",
  "CredentialUnavailable",
  "GatewayBusy",
  "Throttled",
]);

/**
 * What a pass is worth telling: drift, corrections, and how the object stands when that is not how it
 * stood. That all is well still is no event.
 */
export function eventsOf(object: SecuredFunctionBackend, pass: Pass): readonly PassEvent[] {
  const { uid } = object.metadata;
  const fields = [...pass.newDrift.map(driftEvent), ...pass.corrections.map(correctionEvent)];
  return [
    // Each field is told for itself: counted as repetitions, the others would not be named.
    ...fields.map(({ path, event }) => ({ ...event, scope: `${uid} ${path}` })),
    ...standingEvent(object, pass),
  ];
}

/** What is told of a field. */
interface FieldEvent {
  readonly path: string;
  readonly event: PassEvent;
}

function driftEvent({ path, observed, desired, danger }: Pass["newDrift"][number]): FieldEvent {
  const event: PassEvent = {
    type: danger === "Weakens" ? "Warning" : "Normal",
    reason: "DriftDetected",
    action: "Detect",
    note: `${path} is ${shown(observed)}, wanted ${shown(desired)}; the difference ${danger.toLowerCase()} the lock.`,
  };
  return { path, event };
}

function correctionEvent({ path, observed, desired }: Pass["corrections"][number]): FieldEvent {
  const event: PassEvent = {
    type: "Normal",
    reason: "DriftCorrected",
    action: "Correct",
    note: `${path} was ${shown(observed)}, set to ${shown(desired)}.`,
  };
  return { path, event };
}

function shown(value: string | undefined): string {
  return value ?? "(nothing)";
}

function standingEvent(object: SecuredFunctionBackend, { outcome }: Pass): readonly PassEvent[] {
  const { ready, isStalled, reason, message } = summarize(outcome);
  const before = object.status?.conditions?.find(({ type }) => type === "Ready");
  const isKnown = before?.reason === reason && before.message === message;
  if (isKnown || outcome.kind === "suspended") return [];
  const isWrong = isStalled || (ready === "False" && outcome.kind !== "underway");
  const [api] = object.spec.apis;
  return [
    {
      type: isWrong ? "Warning" : "Normal",
      reason,
      action: "Reconcile",
      note: message,
      ...(OUTAGES.has(reason) && api !== undefined && { scope: serviceId(api).toLowerCase() }),
    },
  ];
}
