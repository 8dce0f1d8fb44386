import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { textOf, testIo } from "../../test/support/command-io.ts";
import { paintFor, printable, writeProblems, writeRecords } from "./print.ts";

describe("printable", () => {
  test.each([
    ["plain text, umlauts äöü and 漢字", "plain text, umlauts äöü and 漢字"],
    ["a\nb\r\tc", "a\\u000ab\\u000d\\u0009c"],
    ["\u001B[31mred", "\\u001b[31mred"],
    ["\u202Eright to left", "\\u202eright to left"],
    ["\u2028line", "\\u2028line"],
    ["\u009B31m", "\\u009b31m"],
  ])("%j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe("colours", () => {
  test("are for terminals only", () => {
    expect(paintFor(new PassThrough())("bad", "text")).toBe("text");
  });
});

describe("records", () => {
  const shared = { name: "orders" };

  test("are JSON that ends its last line", async () => {
    const io = testIo();
    await writeRecords(io, "json", [{ a: shared }]);
    expect(textOf(io.stdout)).toBe('[\n  {\n    "a": {\n      "name": "orders"\n    }\n  }\n]\n');
  });

  test("are YAML without aliases, and without what is undefined", async () => {
    const io = testIo();
    await writeRecords(io, "yaml", [{ a: shared, b: shared, c: undefined }]);
    expect(textOf(io.stdout)).toBe("- a:\n    name: orders\n  b:\n    name: orders\n");
  });
});

test("each problem with a manifest is one line with its place", async () => {
  const io = testIo();
  await writeProblems(io, [
    { file: "/a.yaml", line: 3, column: 1, message: "spec: is required" },
    { file: "/b.yaml", message: "two\nlines" },
  ]);
  expect(textOf(io.stderr)).toBe("/a.yaml:3:1: spec: is required\n/b.yaml: two\\u000alines\n");
});
