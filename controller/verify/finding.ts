import type { Reason } from "../api/v1alpha1/conditions.ts";

/** The judgement of one call. */
export interface Finding {
  /** `open`: the call proves nothing, neither way. */
  readonly status: "good" | "bad" | "open";
  readonly reason: Reason;
  /** What was seen, and what to do. */
  readonly message: string;
}

export function good(message: string): Finding {
  return { status: "good", reason: "Succeeded", message };
}

export function bad(reason: Reason, message: string): Finding {
  return { status: "bad", reason, message };
}

export function open(reason: Reason, message: string): Finding {
  return { status: "open", reason, message };
}
