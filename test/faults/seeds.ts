import { buildPlan } from "./plan.ts";
import { play, type RunResult } from "./run.ts";

/** Plays the plans of some seeds, one after the other, and tells of each that failed. */
export async function playSeeds(
  seeds: readonly number[],
  tell: (line: string) => void,
): Promise<{ readonly failed: number; readonly summary: string }> {
  const began = performance.now();
  const results: RunResult[] = [];
  for (const seed of seeds) {
    const result = await playSeed(seed);
    results.push(result);
    if (result.violations.length > 0) tell(describeFailure(result));
  }
  const failed = results.filter(({ violations }) => violations.length > 0).length;
  return { failed, summary: summarize(results, failed, performance.now() - began) };
}

async function playSeed(seed: number): Promise<RunResult> {
  try {
    return await play(buildPlan(seed));
  } catch (error) {
    const crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, end: "obstructed", violations: [`crashed: ${crash}`], passes: 0 };
  }
}

function describeFailure({ seed, violations }: RunResult): string {
  const replay = `replay: npm run faults -- --seed ${seed} --runs 1`;
  return [`seed ${seed} failed`, ...violations.slice(0, 8), replay].join("\n  ");
}

/** `50 runs, 0 failed: 44 secured, 4 taken back, 2 obstructed; 812 passes in 19.3 s`. */
function summarize(results: readonly RunResult[], failed: number, tookInMs: number): string {
  const ended = (end: RunResult["end"]) => results.filter((result) => result.end === end).length;
  const passes = results.reduce((sum, result) => sum + result.passes, 0);
  return `${results.length} runs, ${failed} failed: ${ended("secured")} secured, ${ended("taken back")} taken back, ${ended("obstructed")} obstructed; ${passes} passes in ${(tookInMs / 1000).toFixed(1)} s`;
}
