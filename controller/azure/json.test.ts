import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJsonObject, valueAt, withValueAt, type Json, type JsonObject } from "./json.ts";

const stepName = fc.constantFrom("a", "b", "__proto__", "constructor", "x/y", "m~n", "~1", "0");
const json: fc.Arbitrary<Json> = fc.letrec<{ json: Json; object: JsonObject }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, 1, "x"),
    fc.array(tie("json")),
    tie("object"),
  ),
  object: fc.dictionary(stepName, tie("json"), { noNullPrototype: true }),
})).json;
const object = fc.dictionary(stepName, json, { noNullPrototype: true });
const path = fc.array(stepName, { minLength: 1, maxLength: 4 });

function pointerOf(steps: readonly string[]): string {
  return steps.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

describe("valueAt", () => {
  const document: JsonObject = {
    a: { "x/y": 1, "m~n": 2, "~1": 3 },
    list: [{ b: 4 }],
    nothing: null,
  };
  test.each<{ pointer: string; value: Json | undefined; reason: string }>([
    { pointer: "", value: document, reason: "the empty pointer is the document" },
    { pointer: "/a/x~1y", value: 1, reason: "~1 stands for a slash" },
    { pointer: "/a/m~0n", value: 2, reason: "~0 stands for a tilde" },
    { pointer: "/a/~01", value: 3, reason: "~01 is a tilde and a one, not a slash" },
    { pointer: "/nothing", value: null, reason: "null is a value" },
    { pointer: "/nothing/more", value: undefined, reason: "null has no members" },
    { pointer: "/list/0/b", value: undefined, reason: "arrays are values, not ways" },
    { pointer: "/list/length", value: undefined, reason: "what JavaScript adds is no member" },
    { pointer: "/constructor", value: undefined, reason: "what is inherited is no member" },
    { pointer: "/__proto__", value: undefined, reason: "the prototype is no member" },
  ])("$pointer: $reason", ({ pointer, value }) => {
    expect(valueAt(document, pointer)).toEqual(value);
  });
});

describe("withValueAt", () => {
  test("what was set is read back, whatever stood in the way", () => {
    fc.assert(
      fc.property(object, path, json, (document, steps, value) => {
        const pointer = pointerOf(steps);
        expect(valueAt(withValueAt(document, pointer, value), pointer)).toEqual(value);
      }),
    );
  });

  test("what was removed is absent", () => {
    fc.assert(
      fc.property(object, path, (document, steps) => {
        const pointer = pointerOf(steps);
        expect(valueAt(withValueAt(document, pointer, undefined), pointer)).toBeUndefined();
      }),
    );
  });

  test("removing what is absent changes nothing, not even its parent that is no object", () => {
    fc.assert(
      fc.property(object, path, (document, steps) => {
        const pointer = pointerOf(steps);
        fc.pre(valueAt(document, pointer) === undefined);
        expect(withValueAt(document, pointer, undefined)).toEqual(document);
      }),
    );
  });

  test("every member beside the way is kept as it was, in its order", () => {
    fc.assert(
      fc.property(object, path, fc.option(json, { nil: undefined }), (document, steps, value) => {
        const result = withValueAt(document, pointerOf(steps), value);
        let before: Json | undefined = document;
        let after: Json | undefined = result;
        for (const step of steps) {
          if (!isJsonObject(before) || !isJsonObject(after)) break;
          const beside = (level: JsonObject) =>
            Object.entries(level).filter(([key]) => key !== step);
          expect(beside(after)).toEqual(beside(before));
          [before, after] = [valueAt(before, pointerOf([step])), valueAt(after, pointerOf([step]))];
        }
      }),
    );
  });

  test("the argument stays as it is", () => {
    fc.assert(
      fc.property(object, path, json, (document, steps, value) => {
        const before = JSON.stringify(document);
        withValueAt(document, pointerOf(steps), value);
        expect(JSON.stringify(document)).toBe(before);
      }),
    );
  });

  test("a replaced member keeps its place, so that equal documents are equal texts", () => {
    const document = { first: 1, second: { third: 2, fourth: 3 } };
    expect(JSON.stringify(withValueAt(document, "/second/third", 4))).toBe(
      '{"first":1,"second":{"third":4,"fourth":3}}',
    );
  });

  test("a member called __proto__ is a member like any other", () => {
    const result = withValueAt({}, "/__proto__/polluted", true);
    expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":true}}');
    expect("polluted" in {}).toBe(false);
  });

  test.each<{ document: JsonObject; reason: string }>([
    { document: { a: [1, 2] }, reason: "an array" },
    { document: { a: null }, reason: "null" },
    { document: { a: "text" }, reason: "a text" },
  ])("$reason on the way becomes an object", ({ document }) => {
    expect(withValueAt(document, "/a/b", 1)).toEqual({ a: { b: 1 } });
  });
});
