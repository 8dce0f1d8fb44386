import type { Condition, Correction, DriftItem } from "../api/v1alpha1/types.generated.ts";
import { describeManifestProblem, type ManifestProblem } from "../manifests/manifest.ts";
import { keyOf } from "../manifests/object-key.ts";
import type { Visit } from "../manifests/rounds.ts";
import { printable, type Paint, type Tone } from "./print.ts";
import { standingOf, type Standing } from "./standing.ts";

/** Something that happened while an object was watched. */
export type WatchEvent =
  | ({ readonly event: "drift"; readonly object: string } & Difference)
  | ({ readonly event: "corrected"; readonly object: string } & Difference)
  | ({ readonly event: "condition"; readonly object: string } & ConditionChange)
  /** How the object stands, when that changed. */
  | ({ readonly event: "status"; readonly object: string } & Omit<Standing, "exitCode">)
  /** The manifest has gone: the object is reconciled no more. */
  | { readonly event: "released"; readonly object: string; readonly message: string }
  | ({ readonly event: "problem" } & ManifestProblem);

type Difference = Pick<DriftItem, "path" | "resource" | "desired" | "observed"> &
  Partial<Pick<DriftItem, "danger">>;
type ConditionChange = Pick<Condition, "type" | "status" | "reason" | "message">;

/** What a visit showed: differences first, then what was done, then how the object stands. */
export function eventsOf(visit: Visit, last: Standing | undefined): readonly WatchEvent[] {
  const object = keyOf(visit.object);
  const { exitCode: _exitCode, ...standing } = standingOf(visit);
  const isSame = standing.reason === last?.reason && standing.message === last.message;
  const status = isSame ? [] : [{ event: "status" as const, object, ...standing }];
  if (visit.kind === "failed") return status;
  const { newDrift, corrections } = visit.pass;
  return [
    ...newDrift.map((item) => ({ event: "drift" as const, object, ...difference(item) })),
    ...corrections.map((item) => ({ event: "corrected" as const, object, ...difference(item) })),
    ...changedConditions(visit).map((change) => ({
      event: "condition" as const,
      object,
      ...change,
    })),
    ...status,
  ];
}

function difference(item: DriftItem | Correction): Difference {
  const { path, resource, desired, observed } = item;
  return {
    path,
    resource,
    ...(desired !== undefined && { desired }),
    ...(observed !== undefined && { observed }),
    ...("danger" in item && { danger: item.danger }),
  };
}

/** Conditions whose status or reason is another than before; one that has gone is False. */
function changedConditions({ before, object }: Visit & { kind: "passed" }): ConditionChange[] {
  const old = before.status?.conditions ?? [];
  const current = object.status?.conditions ?? [];
  const gone = old.filter(({ type }) => !current.some((condition) => condition.type === type));
  return [
    ...current.filter((condition) => {
      const known = old.find(({ type }) => type === condition.type);
      return known?.status !== condition.status || known.reason !== condition.reason;
    }),
    ...gone.map((condition) => ({ ...condition, status: "False" as const, message: "" })),
  ].map(({ type, status, reason, message }) => ({ type, status, reason, message }));
}

/** One line for people, or nothing where another line says it already. */
export function eventText(event: WatchEvent, paint: Paint): string | undefined {
  switch (event.event) {
    case "drift":
    case "corrected":
      return `${event.object}: ${differenceText(event, paint)}`;
    case "condition":
      return undefined;
    case "status":
      return `${event.object}: ${paint(TONES[event.state], event.state)} ${event.reason}: ${printable(event.message)}`;
    case "released":
      return `${event.object}: ${printable(event.message)}`;
    case "problem":
      return paint("bad", printable(describeManifestProblem(event)));
  }
}

const TONES: Readonly<Record<Standing["state"], Tone>> = {
  Ready: "good",
  Reconciling: "busy",
  Suspended: "quiet",
  Stalled: "bad",
  Failed: "bad",
};

/** `path observed -> desired` for drift; a correction goes the same way. */
function differenceText(event: WatchEvent & { event: "drift" | "corrected" }, paint: Paint) {
  const { path, observed = "(nothing)", desired = "(nothing)", danger } = event;
  const word = paint(event.event === "drift" ? "bad" : "good", event.event);
  const effect = danger === undefined || danger === "Cosmetic" ? "" : ` [${danger.toLowerCase()}]`;
  return `${word} ${printable(path)}  ${printable(observed)}${effect} -> ${printable(desired)}`;
}
