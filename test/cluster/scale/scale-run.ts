import { vi } from "vitest";
import { apiVersionOf, pathOf } from "../../../controller/kubernetes/resource.ts";
import { BACKENDS, GRANTS } from "../../../controller/operator/resources.ts";
import { startTestSimulator } from "../../support/simulator.ts";
import { InstalledController } from "../controller/installed-controller.ts";
import { startCluster, type TestCluster } from "../start-cluster.ts";
import { apiWritesOf } from "./api-writes.ts";
import { Crowd } from "./crowd.ts";
import { WatchedReplica, type Needs } from "./watched-replica.ts";

const PLENTY = { size: 1_000_000, refillPerSecond: 1_000_000 };
const CREATED_AT_ONCE = 16;

/** A failure of Azure, which happens on a busy machine, is told, and that it is over; by status and event. */
const WRITES_PER_DISTURBANCE = 4;

/** How much may be written while nothing is to be done: nothing, where nothing fails. */
export function mostIdleWrites({ disturbedPasses }: Part): number {
  return WRITES_PER_DISTURBANCE * disturbedPasses;
}

/** What one part of a run took. */
export interface Part extends Needs {
  readonly tookInS: number;
  /** By what was written, see {@link apiWritesOf}. */
  readonly apiWrites: Readonly<Record<string, number>>;
}

export interface ScaleRun {
  /** From the first object's creation until the last one is Ready. */
  readonly rollOut: Part;
  /** A controller that starts anew, and looks at every object once. */
  readonly idle: Part;
}

export interface ScaleRunOptions {
  /** How many objects. */
  readonly size: number;
  /** For each of the two parts. */
  readonly patienceInMs: number;
  /** What Node runs; absent: the sources. */
  readonly program?: readonly string[];
}

/** Has a controller with the shipped role secure many functions, and another look at them again. */
export async function runAtScale(options: ScaleRunOptions): Promise<ScaleRun> {
  const { size, patienceInMs: timeout, program } = options;
  const crowd = new Crowd(size);
  const settings = { reads: PLENTY, writes: PLENTY, deletes: PLENTY };
  await using azure = await startTestSimulator({ world: crowd.world(), settings });
  await using cluster = await startCluster({ audit: true });
  await using controller = await InstalledController.install(cluster, azure);
  await prepare(cluster, crowd);
  // Looking at them all takes the longer the more there are.
  const patience = { timeout, interval: 250 + 10 * size };
  const writes = async () => apiWritesOf(controller.account, await cluster.auditedRequests());

  const part = async (name: string, work: (replica: WatchedReplica) => Promise<void>) => {
    const before = await writes();
    const done = await watched(controller, { name, program }, work);
    // The controller has gone, and has sent its last events before.
    return { ...done, apiWrites: difference(await writes(), before) };
  };
  const rollOut = await part("first", async () => {
    await createAll(cluster, crowd);
    await vi.waitFor(async () => expectAll(size, await readyCount(cluster)), patience);
  });
  const idle = await part("second", async (replica) => {
    await vi.waitFor(async () => expectAll(size, (await replica.needs()).passes), patience);
  });
  return { rollOut, idle };
}

async function watched(
  controller: InstalledController,
  options: { readonly name: string; readonly program: readonly string[] | undefined },
  work: (replica: WatchedReplica) => Promise<void>,
): Promise<Omit<Part, "apiWrites">> {
  await using replica = await WatchedReplica.start(controller, options);
  const since = performance.now();
  await replica.whileItRuns(work(replica));
  return { tookInS: (performance.now() - since) / 1000, ...(await replica.needs()) };
}

async function prepare(cluster: TestCluster, crowd: Crowd): Promise<void> {
  for (const team of crowd.teams) await cluster.kubectl(["create", "namespace", team]);
  const grants = {
    apiVersion: apiVersionOf(GRANTS),
    kind: GRANTS.kind,
    metadata: { name: "cluster" },
    spec: { grants: crowd.grants() },
  };
  await create(cluster, pathOf(GRANTS), grants);
  // Admission sees a new grant a moment later.
  const [first] = crowd.objects();
  if (first === undefined) return;
  const { namespace } = first.metadata;
  const tried = `${pathOf(BACKENDS, { namespace })}?dryRun=All`;
  await vi.waitFor(() => create(cluster, tried, first), { timeout: 30_000, interval: 250 });
}

async function createAll(cluster: TestCluster, crowd: Crowd): Promise<void> {
  const waiting = [...crowd.objects()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { namespace } = next.metadata;
      await create(cluster, pathOf(BACKENDS, { namespace }), next);
    }
  };
  await Promise.all(Array.from({ length: CREATED_AT_ONCE }, work));
}

async function create(cluster: TestCluster, path: string, object: object): Promise<void> {
  const { status, body } = await cluster.call("POST", path, object);
  if (status !== 201) throw new Error(`POST ${path} got ${status}: ${JSON.stringify(body)}`);
}

interface Listed {
  readonly items: readonly {
    readonly status?: {
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    };
  }[];
}

async function readyCount(cluster: TestCluster): Promise<number> {
  const { body } = await cluster.call("GET", `${pathOf(BACKENDS)}?resourceVersion=0`);
  return (body as Listed).items.filter(({ status }) =>
    status?.conditions?.some((each) => each.type === "Ready" && each.status === "True"),
  ).length;
}

function expectAll(size: number, count: number): void {
  if (count < size) throw new Error(`${count} of ${size} so far`);
}

function difference(
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(after)
      .map(([what, count]) => [what, count - (before[what] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
}
