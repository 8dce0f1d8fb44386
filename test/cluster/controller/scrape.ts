import type { RunningCommand } from "../../support/command-line.ts";
import { parseScrape } from "../../support/scrape.ts";

const SERVES = /"port":(\d+),"msg":"answers scrapes"/;

/** The sum of a metric's series at a replica. @throws {Error} when it has no such metric. */
export async function scrape(replica: RunningCommand, metric: string): Promise<number> {
  await replica.prints(SERVES);
  const [, port] = SERVES.exec(replica.stderr) ?? [];
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const samples = parseScrape(await response.text()).series(metric);
  if (samples.length === 0) throw new Error(`no metric ${metric}`);
  return samples.reduce((sum, { value }) => sum + value, 0);
}
