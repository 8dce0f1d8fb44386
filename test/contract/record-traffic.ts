import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Vitest's global setup: every simulator of the run records its traffic for the gate.
 *
 * A folder that `SFB_RECORD_TRAFFIC` already names is used, and kept.
 *
 * @returns the teardown, which removes the recording.
 */
export default async function recordTraffic(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["SFB_RECORD_TRAFFIC"] !== undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "sfb-traffic-"));
  process.env["SFB_RECORD_TRAFFIC"] = folder;
  return () => rm(folder, { recursive: true, force: true });
}
