import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { keyOf } from "../manifests/object-key.ts";
import type { Visit } from "../manifests/rounds.ts";
import { summarize } from "../reconcile/outcome.ts";
import { printable, type Paint, type Tone } from "./print.ts";

/** How an object stands after a visit. */
export interface Standing {
  /** `Suspended` and `Failed` (a pass that broke off) besides the conditions of the same name. */
  readonly state: "Ready" | "Reconciling" | "Stalled" | "Suspended" | "Failed";
  readonly reason: string;
  readonly message: string;
  /** What a command that leaves it so ends with. */
  readonly exitCode: 0 | 1 | 2;
}

/** Reads a visit's end from its outcome. */
export function standingOf(visit: Visit): Standing {
  if (visit.kind === "failed") {
    return { state: "Failed", reason: "Failed", message: visit.error.message, exitCode: 1 };
  }
  const { outcome } = visit.pass;
  const { ready, isStalled, reason, message } = summarize(outcome);
  if (isStalled) return { state: "Stalled", reason, message, exitCode: 1 };
  if (ready === "True") return { state: "Ready", reason, message, exitCode: 0 };
  const state = outcome.kind === "suspended" ? "Suspended" : "Reconciling";
  return { state, reason, message, exitCode: 2 };
}

const TONES: Readonly<Record<Standing["exitCode"], Tone>> = { 0: "good", 1: "bad", 2: "busy" };

/** One line: name, state, reason, and what to know or do. */
export function standingText(
  object: SecuredFunctionBackend,
  { state, reason, message, exitCode }: Standing,
  paint: Paint,
): string {
  const because = reason === state ? "" : ` ${reason}`;
  return `${keyOf(object)}: ${paint(TONES[exitCode], state)}${because}: ${printable(message)}`;
}
