import * as fc from "fast-check";
import { expect, test } from "vitest";
import { buildEvent, buildSeries, cutToBytes, type EventNotice } from "./event-record.ts";

const AT = Date.UTC(2026, 10, 27, 18, 0, 0, 7);
const THING = {
  apiVersion: "example.test/v1",
  kind: "Thing",
  metadata: { namespace: "a", name: "b", uid: "u1", labels: { team: "x" } },
};
const NOTICE: EventNotice = {
  regarding: THING,
  type: "Warning",
  reason: "DriftCorrected",
  action: "Reconcile",
  note: "Somebody opened the door.",
};
const context = {
  reporter: { controller: "example.test/tests", instance: "pod-1" },
  id: "f00",
  at: AT,
};

test("an event says what happened, to whom, when, and who tells", () => {
  expect(buildEvent(NOTICE, context)).toEqual({
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { namespace: "a", name: "b.f00" },
    eventTime: "2026-11-27T18:00:00.007000Z",
    type: "Warning",
    reason: "DriftCorrected",
    action: "Reconcile",
    note: "Somebody opened the door.",
    reportingController: "example.test/tests",
    reportingInstance: "pod-1",
    regarding: {
      apiVersion: "example.test/v1",
      kind: "Thing",
      namespace: "a",
      name: "b",
      uid: "u1",
    },
  });
});

test("an event of a cluster-scoped object is kept in the namespace default", () => {
  const regarding = { apiVersion: "v1", kind: "Node", metadata: { name: "n", uid: "u" } };
  const event = buildEvent({ ...NOTICE, regarding }, context);
  expect(event.metadata.namespace).toBe("default");
  expect(event.regarding).not.toHaveProperty("namespace");
});

test("a long name is cut, and what is left of it is a name", () => {
  const metadata = { namespace: "a", name: `${"a".repeat(248)}.bcd` };
  const event = buildEvent({ ...NOTICE, regarding: { ...THING, metadata } }, context);
  expect(event.metadata.name).toBe(`${"a".repeat(248)}.f00`);
});

test("a series has a time with six digits", () => {
  expect(buildSeries(2, AT)).toEqual({ count: 2, lastObservedTime: "2026-11-27T18:00:00.007000Z" });
});

test("whatever it is told, an event keeps the limits of the API server", () => {
  const text = fc.string({ unit: "binary", maxLength: 1500 });
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
  const labels = fc.array(label, { minLength: 1, maxLength: 60 });
  const name = labels.map((labels) =>
    labels
      .join(".")
      .slice(0, 253)
      .replace(/[.-]+$/, ""),
  );
  fc.assert(
    fc.property(name, text, text, (name, note, word) => {
      const regarding = { ...THING, metadata: { namespace: "a", name } };
      const event = buildEvent({ ...NOTICE, regarding, note, reason: `R${word}` }, context);
      expect(event.metadata.name).toMatch(/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/);
      expect(event.metadata.name).not.toMatch(/[.-]\.|\.\./);
      expect(event.metadata.name?.length).toBeLessThanOrEqual(253);
      expect(Buffer.byteLength(event.note)).toBeLessThanOrEqual(1024);
      expect(Buffer.byteLength(event.reason)).toBeLessThanOrEqual(128);
    }),
    { numRuns: 30 },
  );
});

test.each([
  { text: "short", most: 10, cut: "short" },
  { text: "exactly ten", most: 11, cut: "exactly ten" },
  { text: "a longer text", most: 10, cut: "a longe…" },
  { text: "ööööö", most: 8, cut: "öö…" },
  { text: "🙂🙂🙂", most: 11, cut: "🙂🙂…" },
  { text: "🙂🙂🙂", most: 10, cut: "🙂…" },
])("$text in $most bytes is $cut", ({ text, most, cut }) => {
  expect(cutToBytes(text, most)).toBe(cut);
});
