import type { HealthCheck } from "./health-server.ts";

const BEAT_EVERY_MS = 1000;
const LONGEST_SILENCE_IN_MS = 10_000;

/**
 * A live check that fails while the event loop does not get round to its timers. A loop that stands
 * still answers no probe at all; this one tells of a loop that has just come back, or that starves.
 * @param monotonic milliseconds that only grow.
 */
export function eventLoopCheck(
  monotonic: () => number = () => performance.now(),
): HealthCheck & Disposable {
  let beatAt = monotonic();
  const timer = setInterval(() => {
    beatAt = monotonic();
  }, BEAT_EVERY_MS);
  timer.unref();
  return {
    name: "event-loop",
    check: () => {
      const silentForMs = monotonic() - beatAt;
      return silentForMs > LONGEST_SILENCE_IN_MS
        ? `no timer ran for ${Math.round(silentForMs / 1000)} s`
        : undefined;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
