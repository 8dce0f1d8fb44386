import { setInterval as ticks } from "node:timers/promises";
import type { RunningCommand } from "../../support/command-line.ts";
import { parseScrape, type Scrape } from "../../support/scrape.ts";
import type { InstalledController } from "../controller/installed-controller.ts";
import { freePorts } from "../free-port.ts";

/** As Prometheus does. Each look at the event loop's delay begins a new count. */
const LOOKED_AT_EVERY_IN_MS = 30_000;
/** Azure's own limits are not what is looked at: the controller is. */
const UNLIMITED = ["--reads-per-second", "1000", "--writes-per-second", "1000"];
/** A machine that does all at once is late at times; a lease has time for that, as it is shipped. */
const PATIENT = ["--lease-duration", "15s", "--renew-deadline", "10s", "--retry-period", "2s"];

/** What a controller needed so far. */
export interface Needs {
  readonly peakMemoryInMiB: number;
  readonly peakHeapInMiB: number;
  /** The worst of all looks. */
  readonly delayP99InMs: number;
  readonly delayMaxInMs: number;
  readonly cpuInS: number;
  readonly passes: number;
  /** Of these, which met a failure of Azure and will be made again. */
  readonly disturbedPasses: number;
  /** By `arm`, `data-plane` and so on. */
  readonly azureRequests: Readonly<Record<string, number>>;
}

/** A controller whose metrics are scraped for as long as it runs. */
export class WatchedReplica implements AsyncDisposable {
  readonly #replica: RunningCommand;
  readonly #address: string;
  readonly #over = new AbortController();
  readonly #watching: Promise<void>;
  #needs: Needs = {
    peakMemoryInMiB: 0,
    peakHeapInMiB: 0,
    delayP99InMs: 0,
    delayMaxInMs: 0,
    cpuInS: 0,
    passes: 0,
    disturbedPasses: 0,
    azureRequests: {},
  };

  private constructor(replica: RunningCommand, address: string) {
    this.#replica = replica;
    this.#address = address;
    this.#watching = this.#watch();
  }

  /** Starts it, and waits until it leads. */
  static async start(
    controller: InstalledController,
    options: { readonly name: string; readonly program?: readonly string[] | undefined },
  ): Promise<WatchedReplica> {
    const [port] = await freePorts(1);
    const address = `127.0.0.1:${port}`;
    const flags = ["--metrics-address", address, ...UNLIMITED, ...PATIENT];
    const { name, program } = options;
    const replica = await controller.start({ name, flags, ...(program && { program }) });
    await replica.prints(/became the leader/u);
    return new WatchedReplica(replica, `http://${address}/metrics`);
  }

  /** What it needed, up to now. */
  async needs(): Promise<Needs> {
    const scrape = parseScrape(await (await fetch(this.#address)).text());
    this.#needs = atWorst(this.#needs, scrape);
    return this.#needs;
  }

  /** Waits for something that it does. @throws {Error} when it ends before. */
  async whileItRuns<T>(work: Promise<T>): Promise<T> {
    const ended = this.#replica.ended.then(({ exitCode, stderr }) => {
      throw new Error(`the controller ended with ${exitCode}: ${stderr.slice(-2000)}`);
    });
    return await Promise.race([work, ended, this.#watching.then(() => work)]);
  }

  /** Has it end by itself, as a pod does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#watching.catch(() => undefined);
    await this.#replica.terminate();
  }

  async #watch(): Promise<void> {
    try {
      for await (const _ of ticks(LOOKED_AT_EVERY_IN_MS, undefined, this.#over)) await this.needs();
    } catch (error) {
      if (!this.#over.signal.aborted) throw error;
    }
  }
}

function atWorst(before: Needs, scrape: Scrape): Needs {
  const inMiB = (name: string) => scrape.value(name) / 2 ** 20;
  const inMs = (name: string) => scrape.value(name) * 1000;
  return {
    peakMemoryInMiB: Math.max(before.peakMemoryInMiB, inMiB("process_resident_memory_bytes")),
    peakHeapInMiB: Math.max(before.peakHeapInMiB, inMiB("nodejs_heap_size_used_bytes")),
    delayP99InMs: Math.max(before.delayP99InMs, inMs("nodejs_eventloop_lag_p99_seconds")),
    delayMaxInMs: Math.max(before.delayMaxInMs, inMs("nodejs_eventloop_lag_max_seconds")),
    cpuInS: scrape.value("process_cpu_seconds_total"),
    passes: passes(scrape),
    disturbedPasses: passes(scrape, { result: "requeue" }) + passes(scrape, { result: "error" }),
    azureRequests: byService(scrape),
  };
}

function passes(scrape: Scrape, labels: Readonly<Record<string, string>> = {}): number {
  const series = scrape.series("controller_runtime_reconcile_total", labels);
  return series.reduce((total, { value }) => total + value, 0);
}

function byService(scrape: Scrape): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { labels, value } of scrape.series("azure_requests_total")) {
    const { service = "" } = labels;
    counts[service] = (counts[service] ?? 0) + value;
  }
  return counts;
}
