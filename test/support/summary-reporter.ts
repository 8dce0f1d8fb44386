import type { Reporter, TestCase } from "vitest/node";

/** What a summary is made of: a test file as Vitest reports it. */
export interface ReportedFile {
  state(): string;
  readonly children: { allTests(): Iterable<Pick<TestCase, "result">> };
}

/** Ends a run with the plain line of {@link summaryOf}, for readers that are programs. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(files: readonly ReportedFile[], errors: readonly unknown[]): void {
    process.stdout.write(`\n${summaryOf(files, errors)}\n`);
  }
}

/**
 * `12 passed, 0 failed, 1 skipped`; the last part only when there are some.
 *
 * A file that could not be loaded and an error outside of any test count as a failure each, so that
 * `0 failed` is never said of a run that failed.
 */
export function summaryOf(files: readonly ReportedFile[], errors: readonly unknown[]): string {
  const states = files.flatMap((file) => statesOf(file));
  const count = (wanted: string) => states.filter((state) => state === wanted).length;
  const skipped = count("skipped") > 0 ? `, ${count("skipped")} skipped` : "";
  return `${count("passed")} passed, ${count("failed") + errors.length} failed${skipped}`;
}

function statesOf(file: ReportedFile): readonly string[] {
  const states = [...file.children.allTests()].map((test) => test.result().state);
  const isBrokenItself = file.state() === "failed" && !states.includes("failed");
  return isBrokenItself ? [...states, "failed"] : states;
}
