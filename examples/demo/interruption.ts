import { setTimeout as sleep } from "node:timers/promises";

/** How long a program takes at most to end once the terminal has told it to. */
const ENDS_WITHIN_IN_MS = 5000;

const { promise: interrupted, resolve } = Promise.withResolvers<void>();
let hasHeardCtrlC = false;

/** Takes note of Ctrl-C and of SIGTERM, in the place of ending at once. @returns when one came. */
export async function untilInterrupted(): Promise<void> {
  await interrupted;
}

/** From now on, this process leaves in order when it is interrupted. */
export function heedInterruptions(): void {
  process.on("SIGINT", () => {
    hasHeardCtrlC = true;
    resolve();
  });
  process.on("SIGTERM", () => resolve());
}

/**
 * A terminal sends Ctrl-C to the children as well, and who is asked twice to stop does so at once and not in
 * order. So after a Ctrl-C they are given time to end by themselves.
 */
export async function heardCtrlC(ended: Promise<unknown>): Promise<void> {
  if (!hasHeardCtrlC) return;
  await Promise.race([ended, sleep(ENDS_WITHIN_IN_MS, undefined, { ref: false })]);
}
