import { mock } from "node:test";

const TICK_IN_MS = 20;

/**
 * Takes the clock in hand for everybody in this process, operator, SDKs and simulator alike: hours of
 * waiting are skipped by {@link passTime}. Between skips it goes on at its usual pace, since the SDKs
 * retry a token until a time of day. Timers stay real.
 */
export function holdTime(): Disposable {
  mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const pace = setInterval(() => mock.timers.tick(TICK_IN_MS), TICK_IN_MS);
  return {
    [Symbol.dispose]: () => {
      clearInterval(pace);
      mock.timers.reset();
    },
  };
}

/** Skips some time. */
export function passTime(byInMs: number): void {
  mock.timers.tick(byInMs);
}
