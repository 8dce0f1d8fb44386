import type { KubernetesObject } from "./object.ts";
import { apiVersionOf, type Resource } from "./resource.ts";
import { microTime } from "./time.ts";

/** Something that happened to an object, for the people who look at it. */
export interface EventNotice {
  /** Needs `apiVersion`, `kind`, name and uid. */
  readonly regarding: KubernetesObject;
  readonly type: "Normal" | "Warning";
  /** Why, in PascalCase; a constant. */
  readonly reason: string;
  /** What was being done, in PascalCase; a constant. */
  readonly action: string;
  readonly note: string;
  /**
   * What it is about, if not about the object alone, e.g. the id of a service that many objects share:
   * then it is told once, at the first of them, and counted for the others.
   */
  readonly scope?: string | undefined;
}

/** `events.k8s.io/v1 Event`. */
export interface KubernetesEvent extends KubernetesObject {
  readonly eventTime: string;
  readonly type: string;
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  readonly reportingController: string;
  readonly reportingInstance: string;
  readonly regarding: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
  readonly series?: EventSeries;
}

export interface EventSeries {
  readonly count: number;
  readonly lastObservedTime: string;
}

/** Who tells. */
export interface Reporter {
  /** A qualified name: `securedbackend.dev/controller`. */
  readonly controller: string;
  /** Which of the replicas. */
  readonly instance: string;
}

export const EVENTS: Resource<KubernetesEvent> = {
  group: "events.k8s.io",
  version: "v1",
  plural: "events",
  kind: "Event",
  isNamespaced: true,
};

/** `pkg/apis/core/validation/events.go`: reason, action and instance; the note; an object's name. */
const LONGEST_WORD = 128;
const LONGEST_NOTE = 1024;
const LONGEST_NAME = 253;
/** Where the events of objects without a namespace are kept. */
const DEFAULT_NAMESPACE = "default";

/**
 * The object to create for a notice.
 * @param id tells it from other events of the object: lower-case letters and digits.
 * @param at in milliseconds since the epoch.
 */
export function buildEvent(
  notice: EventNotice,
  { reporter, id, at }: { reporter: Reporter; id: string; at: number },
): KubernetesEvent {
  const { metadata, apiVersion, kind } = notice.regarding;
  const { namespace, name = "", uid } = metadata;
  return {
    apiVersion: apiVersionOf(EVENTS),
    kind: EVENTS.kind,
    metadata: { namespace: namespace ?? DEFAULT_NAMESPACE, name: eventName(name, id) },
    eventTime: microTime(at),
    type: notice.type,
    reason: cutToBytes(notice.reason, LONGEST_WORD),
    action: cutToBytes(notice.action, LONGEST_WORD),
    note: cutToBytes(notice.note, LONGEST_NOTE),
    reportingController: reporter.controller,
    reportingInstance: cutToBytes(reporter.instance, LONGEST_WORD),
    regarding: {
      ...(apiVersion !== undefined && { apiVersion }),
      ...(kind !== undefined && { kind }),
      ...(namespace !== undefined && { namespace }),
      name,
      ...(uid !== undefined && { uid }),
    },
  };
}

/** The series of an event that happened so often, 2 at least. */
export function buildSeries(count: number, lastSeenAt: number): EventSeries {
  return { count, lastObservedTime: microTime(lastSeenAt) };
}

/** A text of at most so many bytes of UTF-8; what is cut ends at a character, with an ellipsis. */
export function cutToBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const ellipsis = "…";
  let left = most - Buffer.byteLength(ellipsis);
  let kept = "";
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  return kept + ellipsis;
}

/** A DNS subdomain, as names of events are; each of its labels ends with a letter or a digit. */
function eventName(regarding: string, id: string): string {
  const kept = regarding.slice(0, LONGEST_NAME - 1 - id.length).replace(/[^a-z0-9]+$/, "");
  return `${kept}.${id}`;
}
