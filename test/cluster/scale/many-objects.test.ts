import { expect, test } from "vitest";
import { describeInCluster } from "../describe-in-cluster.ts";
import { totalOf } from "./api-writes.ts";
import { mostIdleWrites, runAtScale } from "./scale-run.ts";

const OBJECTS = 30;

describeInCluster("many objects", () => {
  test(
    "cost the API server few writes, and none once they are Ready",
    {
      timeout: 300_000,
    },
    async () => {
      const { rollOut, idle } = await runAtScale({ size: OBJECTS, patienceInMs: 120_000 });
      expect(totalOf(idle.apiWrites)).toBeLessThanOrEqual(mostIdleWrites(idle));
      expect(idle.passes).toBeGreaterThanOrEqual(OBJECTS);

      const {
        "create secrets": recorded,
        "update secrets": recordedMore,
        "patch securedfunctionbackends/status": told,
        "create events": events,
        "patch events": counted,
        ...others
      } = rollOut.apiWrites;
      // What was there is recorded before each of the two writes to Azure: of the policy, of the settings.
      expect([recorded, recordedMore]).toEqual([OBJECTS, OBJECTS]);
      // The policy is written, the function is closed, the lock is proven: each is told before the next.
      expect(told).toBeGreaterThanOrEqual(3 * OBJECTS);
      // Whoever finds the gateway's identity being turned on tells that it waits.
      expect(told).toBeLessThanOrEqual(4 * OBJECTS);
      // One event at most for each status that says something else; what is the same is counted.
      expect(events).toBeGreaterThanOrEqual(2 * OBJECTS);
      expect((events ?? 0) + (counted ?? 0)).toBeLessThanOrEqual(told ?? 0);
      expect(others).toEqual({});
    },
  );
});
