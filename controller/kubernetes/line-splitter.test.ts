import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

test("however bytes are cut, the same lines come out", () => {
  const line = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", "\u2028"));
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(line), line, sizes, (lines, unfinished, sizes) => {
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join("") + unfinished);
      const splitter = new LineSplitter();
      const found: string[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        found.push(...splitter.push(bytes.subarray(at, at + size)));
        at += size;
      }

      // What is no Unicode comes back as Unicode has it.
      expect(found).toEqual(lines.map((each) => each.toWellFormed()));
      expect(splitter.pending).toBe(Buffer.byteLength(unfinished));
    }),
  );
});

test("a line without end is refused as soon as it is too long", () => {
  const splitter = new LineSplitter(10);
  expect(splitter.push(Buffer.from("0123456789\n01234"))).toEqual(["0123456789"]);
  expect(() => splitter.push(Buffer.from("567890"))).toThrow("A line is longer than 10 bytes");
});
