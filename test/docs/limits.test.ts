import { expect, test } from "vitest";
import { DEFAULT_BUCKETS } from "../../controller/azure/limiter.ts";
import { parseDuration } from "../../controller/duration.ts";
import { readPage } from "./pages.ts";

const ROW = /^\| (\d+[mh]) +\| (\d+) +\| (\d+) +\|$/gmu;
/** As test/scenarios/upkeep.test.ts and hardening.test.ts count them. */
const READS = [7, 5] as const;

test("the page of limits follows from the calls of a pass and the limiter", () => {
  const rows = [...readPage("docs/compatibility.md").text.matchAll(ROW)];
  expect(rows).toHaveLength(4);
  for (const [, interval = "", ...objects] of rows) {
    const reads = (parseDuration(interval) / 1000) * DEFAULT_BUCKETS.reads.perSecond;
    expect(objects.map(Number)).toEqual(READS.map((each) => Math.floor(reads / each)));
  }
});
