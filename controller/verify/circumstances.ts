import type { RegistrationFacts, SiteFacts } from "../safeguards/safeguard.ts";

/** What is known besides the calls themselves, and against which they are read. */
export interface Circumstances {
  readonly site: SiteFacts;
  readonly registration: RegistrationFacts;
  /** Whether Azure was written to so lately that callers may not see it yet. */
  readonly isRecent: boolean;
}

/** Whether Azure says that the app does not run; a state that it does not tell is no stop. */
export function isStopped({ state }: SiteFacts): boolean {
  return state !== undefined && state !== "Running";
}
