import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fencesOf, readPages, type Page } from "./pages.ts";
import { PROJECT_ROOT } from "../support/project.ts";

const COMMAND = /^\$ npm run --silent sfb -- (.+)$/u;
const EXIT_CODE = /^# exit code (\d)$/u;

/** A command as a page shows it, with what the page says it prints. */
interface Session {
  readonly page: string;
  readonly args: string;
  readonly output: string;
  readonly exitCode: number;
}

/** The commands of a page's `console` blocks; they need no Azure. */
function sessionsOf(page: Page): readonly Session[] {
  return fencesOf(page)
    .filter(({ language }) => language === "console")
    .map(({ text }) => {
      const [command = "", ...lines] = text.trimEnd().split("\n");
      const exitCode = Number(EXIT_CODE.exec(lines.at(-1) ?? "")?.[1] ?? 0);
      return {
        page: page.path,
        args: COMMAND.exec(command)?.[1] ?? `(not a command: ${command})`,
        output: lines.filter((line) => !EXIT_CODE.test(line)).join("\n"),
        exitCode,
      };
    });
}

describe("commands shown in the documentation", () => {
  const sessions = readPages().flatMap((page) => sessionsOf(page));

  test("are found", () => {
    expect(sessions.length).toBeGreaterThan(1);
  });

  test.each(sessions)("$page: sfb $args", ({ args, output, exitCode }) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(PROJECT_ROOT, "controller/main.ts"), ...args.split(" ")],
      { encoding: "utf8", env: { ...process.env, INIT_CWD: PROJECT_ROOT } },
    );
    expect(`${stdout}${stderr}`.replaceAll(PROJECT_ROOT, "").trimEnd()).toBe(output);
    expect(status).toBe(exitCode);
  });
});
