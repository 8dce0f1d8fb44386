/**
 * `npm run cluster:install`: makes sure that the programs of the test cluster are there.
 *
 * What `KUBEBUILDER_ASSETS` or the cache has is left as it is; the rest is downloaded as envtest does where
 * the network allows it, or else built from the Go modules in `test/cluster/tools/`.
 */
import { mkdir } from "node:fs/promises";
import { lock } from "proper-lockfile";
import {
  cachedBinary,
  cacheFolder,
  envtestFolder,
  findBinary,
  minorOf,
  PLATFORM,
} from "../binaries.ts";
import { buildTool } from "./build.ts";
import { downloadEnvtest } from "./download.ts";
import { TOOLS, toolOf, versionOf, type Tool } from "./tools.ts";

const ENVTEST_TOOLS = ["etcd", "kube-apiserver", "kubectl"] as const;
/** Longer than all builds on two cores take. */
const LONGEST_WAIT_FOR_ANOTHER_IN_MS = 60 * 60 * 1000;
const ASKED_EVERY_IN_MS = 2000;

try {
  await install();
} catch (error) {
  console.error(String(error instanceof Error ? error.message : error));
  process.exitCode = 1;
}

async function install(): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  // Several checkouts of one machine share the cache.
  const release = await lock(cacheFolder(), {
    retries: {
      retries: LONGEST_WAIT_FOR_ANOTHER_IN_MS / ASKED_EVERY_IN_MS,
      factor: 1,
      minTimeout: ASKED_EVERY_IN_MS,
    },
  });
  try {
    if (ENVTEST_TOOLS.some(isMissing)) await download();
    for (const tool of TOOLS) {
      if (isMissing(tool.name)) await build(tool);
    }
  } finally {
    await release();
  }
  for (const { name } of TOOLS) console.log(`${name}: ${findBinary(name)}`);
}

async function download(): Promise<void> {
  const minor = minorOf(versionOf(toolOf("kube-apiserver")));
  try {
    const version = await downloadEnvtest({ minor, platform: PLATFORM }, envtestFolder());
    console.log(`envtest ${version} was downloaded.`);
  } catch (error) {
    const why = error instanceof Error ? [error.message, causeOf(error)].join("") : String(error);
    console.log(`envtest is not downloaded (${why}); its programs are built instead.`);
  }
}

/** The reason that `fetch` hides in the cause of its failure. */
function causeOf({ cause }: Error): string {
  return cause instanceof Error ? `: ${cause.message}` : "";
}

async function build(tool: Tool): Promise<void> {
  console.log(`${tool.name} ${versionOf(tool)} is being built …`);
  const { tookInMs, peakInBytes } = await buildTool(tool, cachedBinary(tool));
  const memory =
    peakInBytes === undefined ? "" : `, ${(peakInBytes / 2 ** 30).toFixed(1)} GiB at most`;
  console.log(`${tool.name} was built in ${Math.round(tookInMs / 1000)} s${memory}.`);
}

function isMissing(name: Tool["name"]): boolean {
  return findBinary(name) === undefined;
}
