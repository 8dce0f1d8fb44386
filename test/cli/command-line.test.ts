import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CommandLine } from "../support/command-line.ts";

const INVALID = new URL("../../examples/invalid/", import.meta.url);
const EXPECTATION = /^# expect: (.+)$/m;

describe.concurrent("sfb", () => {
  test.each([
    { args: [], exitCode: 0, stdout: /^Usage: sfb COMMAND/, stderr: /^$/ },
    { args: ["--help"], exitCode: 0, stdout: /^Usage: sfb COMMAND/, stderr: /^$/ },
    { args: ["plan", "-h"], exitCode: 0, stdout: /^Usage: sfb plan/, stderr: /^$/ },
    { args: ["apply", "--help"], exitCode: 0, stdout: /^Usage: sfb apply/, stderr: /^$/ },
    { args: ["watch", "--help"], exitCode: 0, stdout: /^Usage: sfb watch/, stderr: /^$/ },
    { args: ["delete", "--help"], exitCode: 0, stdout: /^Usage: sfb delete/, stderr: /^$/ },
    { args: ["adopt", "--help"], exitCode: 0, stdout: /^Usage: sfb adopt/, stderr: /^$/ },
    { args: ["policy", "--help"], exitCode: 0, stdout: /^Usage: sfb policy/, stderr: /^$/ },
    { args: ["simulate", "--help"], exitCode: 0, stdout: /^Usage: /, stderr: /^$/ },
    {
      args: ["constructor"],
      exitCode: 1,
      stdout: /^$/,
      stderr: /^sfb: unknown command 'constructor': sfb --help lists the commands\n$/,
    },
    {
      args: ["plan", "--fiel", "x"],
      exitCode: 1,
      stdout: /^$/,
      stderr: /^sfb: Unknown option '--fiel' \(--help lists the options\)\n$/,
    },
    {
      args: ["apply"],
      exitCode: 1,
      stdout: /^$/,
      stderr: /^sfb: say what to read: -f FILE, or -f FOLDER\n$/,
    },
    {
      args: ["plan", "orders.yaml"],
      exitCode: 1,
      stdout: /^$/,
      stderr: /^sfb: unexpected argument 'orders.yaml': write -f orders.yaml\n$/,
    },
    {
      args: ["watch", "-f", ".", "-o", "yaml"],
      exitCode: 1,
      stdout: /^$/,
      stderr: /^sfb: --output yaml is unknown: write text, json\n$/,
    },
    {
      args: ["apply", "-f", ".", "--wait", "--timeout", "soon"],
      exitCode: 1,
      stdout: /^$/,
      stderr: /^sfb: --timeout "soon" is no duration: write 90s, 10m or 1h30m\n$/,
    },
  ])("$args", async ({ args, ...expected }) => {
    await using sfb = await CommandLine.open();
    const { exitCode, stdout, stderr } = await sfb.run(...args);
    expect(exitCode).toBe(expected.exitCode);
    expect(stdout).toMatch(expected.stdout);
    expect(stderr).toMatch(expected.stderr);
  });

  test("names a log level that is none", async () => {
    await using sfb = await CommandLine.open({ LOG_LEVEL: "loud" });
    const { exitCode, stderr } = await sfb.run("plan", "-f", ".");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^sfb: LOG_LEVEL is loud: write one of trace, .*\n$/);
  });

  test("demands https where tokens are sent", async () => {
    await using sfb = await CommandLine.open({ AZURE_AUTHORITY_HOST: "http://localhost:1" });
    const { exitCode, stderr } = await sfb.run("plan", "-f", ".");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^sfb: AZURE_AUTHORITY_HOST is http:\/\/localhost:1: write an https:.*\n$/,
    );
  });
});

describe("sfb plan -f of an invalid example", () => {
  const names = readdirSync(INVALID).filter((name) => name.endsWith(".yaml"));

  test("there are examples", () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  test("all of them are refused at once, each with its own message", async () => {
    await using sfb = await CommandLine.open();
    await sfb.useExample("invalid");
    const files = names.map((name) => `invalid/${name}`);

    const { exitCode, stdout, stderr } = await sfb.run("plan", "-f", ...files);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    const lines = stderr.trimEnd().split("\n");
    for (const name of names) {
      const [, message] = EXPECTATION.exec(readFileSync(new URL(name, INVALID), "utf8")) ?? [];
      expect(lines).toContainEqual(
        expect.stringMatching(RegExp(`/${name}:\\d+:\\d+: ${RegExp.escape(message ?? "?")}`)),
      );
    }
    expect(lines.filter((line) => !/^\/.*\.yaml:\d+:\d+: \S/.test(line))).toEqual([]);
  });
});
