import { readdirSync, readFileSync } from "node:fs";

const SAMPLED_EVERY_IN_MS = 250;
const PAGE_IN_BYTES = 4096;
/** Of proc_pid_stat(5), counted behind the name in parentheses: process group and resident pages. */
const GROUP = 2;
const RESIDENT = 21;

/** Watches the resident memory of a process group; undefined where there is no `/proc`. */
export function watchPeakMemory(group: number): Disposable & { peakInBytes(): number | undefined } {
  let peak: number | undefined;
  const sample = () => {
    const now = residentBytes(group);
    if (now !== undefined) peak = Math.max(peak ?? 0, now);
  };
  const timer = setInterval(sample, SAMPLED_EVERY_IN_MS);
  return { peakInBytes: () => peak, [Symbol.dispose]: () => clearInterval(timer) };
}

/** The resident memory of all processes of a group together. */
export function residentBytes(group: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  const processes = readdirSync("/proc").filter((name) => /^\d+$/u.test(name));
  return processes
    .map(statistics)
    .filter((fields) => fields[GROUP] === String(group))
    .reduce((sum, fields) => sum + Number(fields[RESIDENT]) * PAGE_IN_BYTES, 0);
}

function statistics(pid: string): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
