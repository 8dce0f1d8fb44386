import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_ROOT } from "../../support/project.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { totalOf } from "./api-writes.ts";
import { mostIdleWrites, runAtScale, type Part } from "./scale-run.ts";

const OBJECTS = 1000;
/** The bundle within the memory that the chart gives it: three fifths of 512 MiB, and a small young generation. */
const PROGRAM = [
  "--max-old-space-size=307",
  "--max-semi-space-size=16",
  join(PROJECT_ROOT, "dist/sfb.js"),
];

/** What a thousand objects cost the API server, Azure and the machine. many-objects.test.ts holds the counts. */
describeInCluster(`${OBJECTS} objects`, () => {
  test("become Ready, and are looked at again", { timeout: 3_600_000 }, async () => {
    const run = await runAtScale({ size: OBJECTS, patienceInMs: 1_700_000, program: PROGRAM });
    print("roll-out", run.rollOut);
    print("idle pass", run.idle);
    expect(totalOf(run.idle.apiWrites)).toBeLessThanOrEqual(mostIdleWrites(run.idle));
  });
});

function print(name: string, part: Part): void {
  const { peakMemoryInMiB, peakHeapInMiB, delayP99InMs, delayMaxInMs, cpuInS, tookInS } = part;
  const lines = [
    `${name}: ${tookInS.toFixed(0)} s, ${cpuInS.toFixed(0)} s of CPU, ${(part.passes / OBJECTS).toFixed(2)} passes per object, ${part.disturbedPasses} disturbed`,
    `  memory ${peakMemoryInMiB.toFixed(0)} MiB, of it heap ${peakHeapInMiB.toFixed(0)} MiB`,
    `  event loop late by ${delayP99InMs.toFixed(0)} ms (p99), ${delayMaxInMs.toFixed(0)} ms (most)`,
    `  requests to Azure per object: ${perObject(part.azureRequests)}`,
    `  writes to the API server per object: ${perObject(part.apiWrites)}`,
  ];
  console.log(lines.join("\n"));
}

function perObject(counts: Readonly<Record<string, number>>): string {
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  return (
    told.map(([what, count]) => `${what} ${(count / OBJECTS).toFixed(2)}`).join(", ") || "none"
  );
}
