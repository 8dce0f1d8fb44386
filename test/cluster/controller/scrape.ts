import type { RunningCommand } from "../../support/command-line.ts";

const SERVES = /"port":(\d+),"msg":"answers scrapes"/;

/** The sum of a metric's series at a replica. @throws {Error} when it has no such metric. */
export async function scrape(replica: RunningCommand, metric: string): Promise<number> {
  await replica.prints(SERVES);
  const [, port] = SERVES.exec(replica.stderr) ?? [];
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const series = (await response.text())
    .split("\n")
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
  if (series.length === 0) throw new Error(`no metric ${metric}`);
  return series.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
