import type { SecuredFunctionBackend } from "../../controller/api/v1alpha1/types.generated.ts";
import { DEFAULT_BUCKETS, Limiter } from "../../controller/azure/limiter.ts";
import { azureObserver } from "../../controller/telemetry/azure-observer.ts";
import { createLog } from "../../controller/telemetry/log.ts";
import { createMetrics, type Metrics } from "../../controller/telemetry/metrics.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { scrape } from "../support/scrape.ts";
import type { TestSimulator } from "../support/simulator.ts";
import { readRules, testRules, type Expectation } from "./promtool.ts";
import { Timeline } from "./timeline.ts";

export const CONTROLLER = "secured-function-backend";
export const LEASE = "secured-function-backend";

const MINUTE_IN_MS = 60_000;

/** Two replicas, as the chart has them: a standby knows the objects as well. */
const LEADER = "10.0.0.1:8080";
const STANDBY = "10.0.0.2:8080";

/** A run of the operator whose metrics are scraped minute by minute, on a clock of its own. */
export class ObservedRun {
  readonly timeline = new Timeline();
  /** The objects that both replicas know. */
  objects: readonly SecuredFunctionBackend[] = [];
  readonly leader: Metrics;
  readonly standby: Metrics;
  readonly #startedAt = Date.now();
  readonly #expectations: Expectation[] = [];

  constructor() {
    const replica = () =>
      createMetrics({
        controller: CONTROLLER,
        lease: LEASE,
        maxConcurrentReconciles: 8,
        apiServer: { host: "10.96.0.1:443", resources: ["securedfunctionbackends"] },
        objects: () => this.objects,
        isPerObject: true,
        now: () => this.now(),
      });
    this.leader = replica();
    this.standby = replica();
    this.leader.leader.led(true);
  }

  now(): number {
    return this.#startedAt + this.timeline.length * MINUTE_IN_MS;
  }

  /** An operator on a local Azure, whose calls and passes are counted by the leader. */
  operator(azure: TestSimulator, object = backend()): ObservedOperator {
    return new ObservedOperator(this, azure, object);
  }

  /** Scrapes both replicas, for as many minutes as nothing changes. */
  async scrape(minutes = 1): Promise<void> {
    const [leader, standby] = await Promise.all([scrape(this.leader), scrape(this.standby)]);
    this.timeline.put({ [LEADER]: leader, [STANDBY]: standby }, minutes);
  }

  /** Neither replica can be scraped. */
  goDark(minutes: number): void {
    this.timeline.put({}, minutes);
  }

  /** The alert is to be firing in the minute that was scraped last. */
  fires(alert: string, labels: Readonly<Record<string, string>> = {}): void {
    this.#expectations.push({ alert, minute: this.timeline.length - 1, firing: [labels] });
  }

  /** The alert, or any, is not to be firing in the minute that was scraped last. */
  isSilent(alert?: string): void {
    const alerts = alert === undefined ? readRules().map((rule) => rule.alert) : [alert];
    for (const each of alerts) {
      this.#expectations.push({ alert: each, minute: this.timeline.length - 1, firing: [] });
    }
  }

  /** Has Prometheus judge. @throws {Error} with what promtool says. */
  async judge(): Promise<void> {
    const expressions = readRules()
      .map(({ expr }) => expr)
      .join("\n");
    const names = new Set(expressions.match(/[a-z][a-z0-9_]+/g));
    const labelsOf = (instance: string) => ({
      job: "sfb",
      instance,
      namespace: "sfb-system",
      pod: instance === LEADER ? "sfb-0" : "sfb-1",
    });
    const series = this.timeline.series(labelsOf, (name) => names.has(name));
    await testRules(series, this.#expectations);
  }
}

/** A {@link TestOperator} on the clock of a run. */
export class ObservedOperator {
  readonly operator: TestOperator;
  readonly #run: ObservedRun;

  constructor(run: ObservedRun, azure: TestSimulator, object: SecuredFunctionBackend) {
    this.#run = run;
    this.operator = new TestOperator(azure, object, {
      observer: azureObserver(run.leader.azure, createLog("silent")),
      limiter: new Limiter(DEFAULT_BUCKETS, {
        now: () => run.now(),
        wake: (inMs, callback) => void setTimeout(callback, inMs),
      }),
    });
  }

  /** One pass, and as many minutes until the next. */
  async pass(minutes = 1): Promise<void> {
    const skewInMs = this.#run.now() - Date.now();
    this.operator.clockSkewInMs = skewInMs;
    this.operator.gatewayClockSkewInMs = skewInMs;
    const { object } = this.operator;
    const pass = await this.operator.pass();
    this.#run.leader.objects.passMade(object, pass);
    this.#run.objects = [this.operator.object];
    await this.#run.scrape(minutes);
  }

  /** Passes, each so many minutes after the one before. */
  async passes(count: number, minutes = 1): Promise<void> {
    for (let made = 0; made < count; made += 1) await this.pass(minutes);
  }

  /** Passes until the roll-out is over. */
  async rollOut(): Promise<void> {
    for (let count = 0; count < 40; count += 1) {
      await this.pass();
      const [last] = this.operator.passes.slice(-1);
      if (last?.next.kind === "resync") return;
    }
    throw new Error(`not settled: ${this.operator.condition("Ready")}`);
  }
}
