import { describe, expect, test } from "vitest";
import { aChange, AUDIENCE, AUTH_SETTINGS, POLICY } from "../../test/support/builders.ts";
import type { Json } from "../azure/json.ts";
import { mergePolicy, type PolicyStatements } from "../policy/policy.ts";
import type { Change } from "../safeguards/safeguard.ts";
import {
  EMPTY_SNAPSHOT,
  parseSnapshot,
  restoration,
  withRecordedMerge,
  withRecordedSettings,
} from "./snapshot.ts";

const STATEMENTS: PolicyStatements = {
  resource: AUDIENCE,
  removeHeaders: [],
  removeQueryParameters: [],
};

function change(pointer: string, value: Json | undefined = true): Change {
  return aChange({
    path: `authentication:${pointer}`,
    patch: { kind: "auth-settings", pointer, value },
  });
}

function recordOf(text: string) {
  const merged = mergePolicy(text, STATEMENTS);
  if (merged.outcome !== "merged") throw new Error("the document is one that can be merged");
  return merged.record;
}

describe("what is recorded", () => {
  test("the values of the fields that are about to be owned, and no others", () => {
    const settings = { platform: { enabled: false, runtimeVersion: "~1" }, secret: "x" };
    const snapshot = withRecordedSettings(EMPTY_SNAPSHOT, settings, [
      change("/platform/enabled"),
      change("/httpSettings/requireHttps"),
    ]);
    expect(snapshot.resources).toEqual({
      [AUTH_SETTINGS.toLowerCase()]: {
        kind: "auth-settings",
        values: [
          { pointer: "/platform/enabled", value: false, written: true },
          { pointer: "/httpSettings/requireHttps", written: true },
        ],
      },
    });
  });

  test("the first value stays: it is the one from before the operator came", () => {
    const before = withRecordedSettings(EMPTY_SNAPSHOT, { platform: { enabled: false } }, [
      change("/platform/enabled"),
    ]);
    const after = withRecordedSettings(before, { platform: { enabled: true } }, [
      change("/platform/enabled"),
    ]);
    expect(after).toBe(before);
  });

  test("that there was nothing stays too", () => {
    const before = withRecordedSettings(EMPTY_SNAPSHOT, {}, [change("/platform/enabled")]);
    const after = withRecordedSettings(before, { platform: { enabled: true } }, [
      change("/platform/enabled"),
    ]);
    expect(after).toBe(before);
  });

  test("the first merge's record stays, whatever the letter case of the id", () => {
    const first = recordOf("<policies><inbound /></policies>");
    const before = withRecordedMerge(EMPTY_SNAPSHOT, POLICY, STATEMENTS, first);
    const after = withRecordedMerge(
      before,
      POLICY.toUpperCase(),
      STATEMENTS,
      recordOf("<policies />"),
    );
    expect(after).toBe(before);
  });

  test("it survives being stored", () => {
    const settings = withRecordedSettings(EMPTY_SNAPSHOT, { a: [1, null] }, [
      change("/a"),
      change("/b"),
    ]);
    const snapshot = withRecordedMerge(settings, POLICY, STATEMENTS, recordOf("<policies />"));
    expect(parseSnapshot(JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot);
  });

  test.each([null, [], {}, { resources: [] }, "text"])("%j is no snapshot", (value) => {
    expect(() => parseSnapshot(value)).toThrow(TypeError);
  });
});

describe("what is given back", () => {
  test("the function's authentication before the policies, whichever was written first", () => {
    const merged = withRecordedMerge(EMPTY_SNAPSHOT, POLICY, STATEMENTS, recordOf("<policies />"));
    const snapshot = withRecordedSettings(merged, {}, [change("/platform/enabled")]);
    expect(restoration(snapshot).map(({ safeguard }) => safeguard)).toEqual([
      "authentication",
      "inbound-policy",
    ]);
  });

  test.each<{ name: string; before: Json | undefined; given: Json | undefined }>([
    { name: "a value", before: false, given: false },
    { name: "nothing", before: undefined, given: undefined },
    { name: "a list", before: ["a"], given: ["a"] },
    { name: "null", before: null, given: null },
  ])("$name", ({ before, given }) => {
    const settings = before === undefined ? {} : { a: before };
    const snapshot = withRecordedSettings(EMPTY_SNAPSHOT, settings, [change("/a")]);
    expect(restoration(snapshot).map(({ patch }) => patch)).toEqual([
      { kind: "auth-settings", pointer: "/a", value: given },
    ]);
  });

  test("an empty list is not written back, and its place not emptied: that would let in everybody", () => {
    const snapshot = withRecordedSettings(EMPTY_SNAPSHOT, { a: [] }, [change("/a", ["x"])]);
    expect(restoration(snapshot)).toEqual([]);
  });

  test("nothing recorded, nothing given back", () => {
    expect(restoration(EMPTY_SNAPSHOT)).toEqual([]);
  });
});
