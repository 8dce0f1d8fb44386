import { array, assert, asyncProperty, string } from "fast-check";
import { expect, test } from "vitest";
import { aBackend } from "../../test/support/builders.ts";
import { parseScrape } from "../../test/support/scrape.ts";
import { writeObjectSeries } from "./object-series.ts";

const template = aBackend();

function named(name: string) {
  return { ...template, metadata: { ...template.metadata, namespace: "shop", name } };
}

test("whatever stands in a label, a scrape reads it as it was", async () => {
  await assert(
    asyncProperty(array(string({ unit: "binary" })), async (texts) => {
      const gauge = {
        name: "some_gauge",
        help: "Some help.",
        tell: (_: unknown, set: (labels: Record<string, string>, value: number) => void) =>
          texts.forEach((text, index) => set({ text }, index)),
      };
      const { all } = parseScrape(await writeObjectSeries([gauge], [named("orders")]));
      expect(all).toEqual(
        texts.map((text, value) => ({
          name: "some_gauge",
          labels: { namespace: "shop", name: "orders", text },
          value,
        })),
      );
    }),
  );
});

test("others get their turn while many objects are told", async () => {
  const told: string[] = [];
  const gauge = {
    name: "some_gauge",
    help: "Some help.",
    tell: ({ metadata: { name } }: { metadata: { name: string } }) => void told.push(name),
  };
  const objects = Array.from({ length: 1000 }, (_, index) => named(`orders-${index}`));
  let mostAtATime = 0;
  let isOver = false;
  const watch = () => {
    mostAtATime = Math.max(mostAtATime, told.splice(0).length);
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  await writeObjectSeries([gauge], objects);
  isOver = true;
  expect(mostAtATime).toBeGreaterThan(0);
  expect(mostAtATime).toBeLessThanOrEqual(100);
});
