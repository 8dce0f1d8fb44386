import type { Reason } from "../../controller/api/v1alpha1/conditions.ts";
import type { Pass } from "../../controller/reconcile/report.ts";
import { DEMO } from "../../simulator/world/demo-world.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { disturbanceNamed } from "./disturbance.ts";
import { lostForeign, ownersDocuments } from "./foreign.ts";
import { honestReasons, mayKeepGatewayOut, mayLosePolicy } from "./honesty.ts";
import { MortalOperator } from "./mortal-operator.ts";
import { Oracle } from "./oracle.ts";
import { lookFromOutside, type View } from "./outside.ts";
import type { Act, FaultPlan } from "./plan.ts";
import { passTime, holdTime } from "./virtual-time.ts";
import { worldNamed } from "./worlds.ts";

/** How a run ended, and every promise that it broke. */
export interface RunResult {
  readonly seed: number;
  readonly end: "secured" | "taken back" | "obstructed";
  readonly violations: readonly string[];
  readonly passes: number;
}

const MOST_PASSES = 60;
/** Enough where nothing will come to rest. */
const FEW_PASSES = 20;
const LONGEST_BACKOFF_IN_MS = 10 * 60_000;
/** Longer than any delay of the settings, as an object's own interval is. */
const RESYNC_IN_MS = 10 * 60_000;
const PLENTY = { size: 1_000_000, refillPerSecond: 1_000_000 };

/** Plays a plan against an Azure of its own. */
export async function play(plan: FaultPlan): Promise<RunResult> {
  using _time = holdTime();
  await using azure = await startTestSimulator({
    world: worldNamed(plan.world),
    settings: { ...plan.settings, reads: PLENTY, writes: PLENTY, deletes: PLENTY },
  });
  await azure.control.advanceClock(plan.clockSkewInMs);
  const run = new Run(plan, azure, await lookFromOutside(azure));
  return await run.play();
}

/** One plan on its way. */
class Run {
  readonly #plan: FaultPlan;
  readonly #azure: TestSimulator;
  readonly #start: View;
  readonly #oracle: Oracle;
  readonly #operator: MortalOperator;
  #moment = "at the start";
  #passes = 0;
  #honest: readonly Reason[] = [];
  /** Something happened that nothing in Azure ends. */
  #isForever = false;

  constructor(plan: FaultPlan, azure: TestSimulator, start: View) {
    this.#plan = plan;
    this.#azure = azure;
    this.#start = start;
    const issuer = `${azure.addresses.entra}/${DEMO.tenantId}/v2.0`;
    this.#oracle = new Oracle(start, issuer, {
      callsLag: (plan.settings.authenticationDelayInMs ?? 0) > 0,
    });
    this.#operator = new MortalOperator(azure, async (what) => {
      this.#oracle.sees(await lookFromOutside(azure), `${this.#moment}, after ${what}`);
    });
  }

  async play(): Promise<RunResult> {
    let end: RunResult["end"] = "obstructed";
    for (const [index, act] of this.#plan.acts.entries()) {
      end = await this.#playAct(act, index);
      if (end !== "secured") break;
    }
    const { seed } = this.#plan;
    return { seed, end, violations: this.#oracle.violations, passes: this.#passes };
  }

  async #playAct(act: Act, index: number): Promise<RunResult["end"]> {
    this.#moment = `act ${index}`;
    this.#isForever ||= act.faults.some((fault) => fault.isForever);
    this.#honest = [...this.#honest, ...honestReasons(this.#plan, act)];
    await this.#raiseCurtain(act, index);
    await this.#settle();
    await this.#azure.control.clearFaults();
    passTime(RESYNC_IN_MS);
    await this.#settle();
    if (!this.#isReady()) await this.#settle(`after act ${index}`);
    passTime(RESYNC_IN_MS);
    return await this.#judge();
  }

  async #raiseCurtain(act: Act, index: number): Promise<void> {
    passTime(RESYNC_IN_MS);
    if (mayKeepGatewayOut(this.#plan, act, index)) this.#oracle.expectOutage();
    if (act.disturbance !== undefined) {
      const { happen, breaksGateway } = disturbanceNamed(act.disturbance);
      await happen(this.#azure);
      this.#oracle.disturbed(await lookFromOutside(this.#azure), breaksGateway);
    }
    for (const { order } of act.faults) await this.#azure.control.fault(order);
    this.#operator.appoint(act.deaths);
  }

  /** Passes until the operator wants to wait for its next regular look. */
  async #settle(requestedAt?: string): Promise<void> {
    let failures = 0;
    const most = this.#isForever ? FEW_PASSES : MOST_PASSES;
    for (let count = 0; count < most; count += 1) {
      const pass = await this.#pass(requestedAt);
      if (pass?.next.kind === "resync") return;
      failures = pass?.next.kind === "back off" ? failures + 1 : 0;
      passTime(waitBefore(pass, failures));
    }
    if (this.#isForever) return;
    this.#oracle.fails(this.#moment, `no rest after ${MOST_PASSES} passes: ${this.#condition()}`);
  }

  async #pass(requestedAt: string | undefined): Promise<Pass | undefined> {
    this.#passes += 1;
    const pass = await this.#operator.pass(requestedAt);
    const moment = `${this.#moment}, pass ${this.#passes}`;
    this.#oracle.sees(await lookFromOutside(this.#azure), moment);
    this.#oracle.reads(this.#operator.status, this.#honest, moment);
    return pass;
  }

  async #judge(): Promise<RunResult["end"]> {
    const view = await lookFromOutside(this.#azure);
    const owners = ownersDocuments(this.#start, await this.#azure.control.requests());
    for (const lost of lostForeign(owners, view, { policy: !mayLosePolicy(this.#plan) }))
      this.#oracle.fails("at the end", lost);
    if (this.#isReady()) {
      this.#oracle.secured(view);
      return "secured";
    }
    if (this.#operator.status.rollout?.step === "RolledBack") {
      this.#oracle.takenBack(view, this.#start);
      if (this.#plan.world === "operations without base") return "taken back";
    }
    if (!this.#isForever)
      this.#oracle.fails("at the end", `it does not recover: ${this.#condition()}`);
    return "obstructed";
  }

  #isReady(): boolean {
    return this.#condition().startsWith("True");
  }

  #condition(): string {
    const ready = this.#operator.status.conditions?.find(({ type }) => type === "Ready");
    return ready === undefined ? "absent" : `${ready.status} ${ready.reason}: ${ready.message}`;
  }
}

/** How long a queue would wait before the next pass. */
function waitBefore(pass: Pass | undefined, failures: number): number {
  switch (pass?.next.kind) {
    case "after":
      return pass.next.inMs + 1;
    case "back off":
      return Math.min(5000 * 2 ** (failures - 1), LONGEST_BACKOFF_IN_MS);
    case "at once":
    case "resync":
    case undefined:
      return 1000;
  }
}
