import { expect, test } from "vitest";
import { parseScrape } from "../support/scrape.ts";
import { Timeline } from "./timeline.ts";

const labelsOf = (instance: string) => ({ instance, namespace: "system" });
const up = (value: number) => parseScrape(`up{name="a\\"b"} ${value}\n`);

test("a series has a value for each minute, and is absent before its first", () => {
  const timeline = new Timeline();
  timeline.put({ one: parseScrape("") }, 2);
  timeline.put({ one: up(1) }, 2);
  timeline.put({ one: up(2) });
  expect(timeline.series(labelsOf, () => true)).toEqual([
    { series: `up{instance="one",namespace="system",name="a\\"b"}`, values: "_ _ 1 1 2" },
  ]);
});

test("a series that is missing from a scrape is gone at once, as Prometheus has it", () => {
  const timeline = new Timeline();
  timeline.put({ one: up(1) });
  timeline.put({}, 3);
  timeline.put({ one: up(1) });
  timeline.put({ one: parseScrape("") }, 2);
  const [series] = timeline.series(labelsOf, () => true);
  expect(series?.values).toBe("1 stale _ _ 1 stale");
});

test("labels of the sample win over those of its target, and other names are left out", () => {
  const timeline = new Timeline();
  timeline.put({ one: parseScrape('up{namespace="shop"} 1\ndown 1\n'), two: up(0) });
  expect(timeline.series(labelsOf, (name) => name === "up").map(({ series }) => series)).toEqual([
    `up{instance="one",namespace="shop"}`,
    `up{instance="two",namespace="system",name="a\\"b"}`,
  ]);
});
