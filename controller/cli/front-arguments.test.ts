import { describe, expect, test } from "vitest";
import { testIo } from "../../test/support/command-io.ts";
import {
  FRONT_OPTIONS,
  OUTPUT_FORMATS,
  parseOptions,
  readFrontArguments,
} from "./front-arguments.ts";
import { UsageError } from "../usage-error.ts";

function read(...args: readonly string[]) {
  return readFrontArguments(parseOptions(args, FRONT_OPTIONS), OUTPUT_FORMATS, testIo());
}

describe("the common arguments", () => {
  test("have defaults where the user stands", () => {
    const { files, state, format } = read("-f", "orders.yaml");
    expect({ files, state: state.path, format }).toEqual({
      files: ["/home/user/orders.yaml"],
      state: "/home/user/.sfb",
      format: "text",
    });
  });

  test("take several paths, also as a shell writes them out", () => {
    expect(read("-f", "a.yaml", "b.yaml", "--file", "/c").files).toEqual([
      "/home/user/a.yaml",
      "/c",
      "/home/user/b.yaml",
    ]);
  });

  test("are all taken", () => {
    const args = ["-f", "a", "--state", "/s", "-o", "yaml", "--settle-time", "1s"];
    const { state, format, config } = read(...args);
    expect({ state: state.path, format }).toEqual({ state: "/s", format: "yaml" });
    expect(config.settleTimeInMs).toBe(1000);
  });

  test.each([
    { args: [], says: "say what to read: -f FILE" },
    { args: ["a.yaml"], says: "unexpected argument 'a.yaml': write -f a.yaml" },
    { args: ["-f"], says: "Option '-f, --file <value>' argument missing" },
    { args: ["-f", "a", "-o", "xml"], says: "--output xml is unknown: write text, json, yaml" },
    { args: ["-f", "a", "--settle-time", "x"], says: '--settle-time "x" is no duration' },
    { args: ["-f", "a", "--wiat"], says: "Unknown option '--wiat' (--help lists the options)" },
  ])("$args are refused in one line", ({ args, says }) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(says);
    expect(() => read(...args)).toThrow(/^[^\n]+$/);
  });
});
