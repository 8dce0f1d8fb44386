import type { Reason } from "../../controller/api/v1alpha1/conditions.ts";
import type { SecuredFunctionBackendStatus } from "../../controller/api/v1alpha1/types.generated.ts";
import {
  admittedByCalls,
  admittedBySettings,
  admittedBySpec,
  beyond,
  type Admission,
} from "./admission.ts";
import { duplicates } from "./foreign.ts";
import type { View } from "./outside.ts";

/** Reasons that say no more than that the work goes on. */
const ON_THE_WAY: readonly Reason[] = [
  "Progressing",
  "IdentityNotYetKnown",
  "GatewayBusy",
  // Honest on a machine that is slower than the time limit of the runs.
  "AzureTimeout",
];

/** What makes it harder to say at every moment what callers should get. */
export interface Leniency {
  /** Calls lag behind the settings, so only the settings tell who is admitted. */
  readonly callsLag: boolean;
}

/** Holds the promises of a run against everything that is seen of it. */
export class Oracle {
  readonly violations: string[] = [];
  readonly #issuer: string;
  readonly #leniency: Leniency;
  /** What was admitted at the start, and what the operator has reached since. */
  #allowed: Admission;
  /** What somebody else let in, until it is put right. */
  #let: Admission = new Set();
  /** What somebody else doubled. */
  #doubled: readonly string[] = [];
  #isGatewayPromised: boolean;

  /** @param issuer the issuer of the tokens that the gateway gets. */
  constructor(start: View, issuer: string, leniency: Leniency) {
    this.#issuer = issuer;
    this.#leniency = leniency;
    this.#allowed = this.#admitted(start);
    this.#isGatewayPromised = start.gateway === 200;
  }

  /** Somebody else changed the pair: who he let in is none of the operator's doing. */
  disturbed(view: View, breaksGateway: boolean): void {
    this.#let = beyond(this.#admitted(view), this.#allowed, this.#spec(view));
    this.#doubled = duplicates(view);
    if (breaksGateway) this.#isGatewayPromised = false;
  }

  /** Callers of the gateway may be kept out until the pair is secured. */
  expectOutage(): void {
    this.#isGatewayPromised = false;
  }

  /** Judges the pair at one moment of the operator's work. */
  sees(view: View, moment: string): void {
    const admitted = this.#admitted(view);
    const wrongly = beyond(admitted, this.#allowed, this.#spec(view), this.#let);
    if (wrongly.size > 0) this.#violated(moment, `admits ${[...wrongly].join(", ")}`);
    this.#let = beyond(admitted, this.#allowed, this.#spec(view));
    for (const statement of duplicates(view)) {
      if (!this.#doubled.includes(statement)) this.#violated(moment, `doubled: ${statement}`);
    }
    if (this.#isGatewayPromised && view.gateway !== 200) {
      this.#violated(moment, `callers of the gateway get ${view.gateway}`);
    }
  }

  /** Judges what the status says after a pass. @param honest the reasons that fit what was injected. */
  reads(status: SecuredFunctionBackendStatus, honest: readonly Reason[], moment: string): void {
    const ready = status.conditions?.find(({ type }) => type === "Ready");
    if (ready === undefined || ready.status === "True") return;
    if ([...ON_THE_WAY, ...honest].some((reason) => reason === ready.reason)) return;
    this.#violated(moment, `nothing that happened explains ${ready.reason}: ${ready.message}`);
  }

  /** The operator said that the pair is secured: from now on nobody else may ever get in. */
  secured(view: View): void {
    const calls = `anonymous ${view.anonymous}, intruder ${view.intruder}, gateway ${view.gateway}`;
    if (calls !== "anonymous 401, intruder 403, gateway 200") {
      this.#violated("at the end", `called secured, and callers get: ${calls}`);
    }
    const wrongly = beyond(this.#admitted(view), this.#spec(view));
    if (wrongly.size > 0) {
      this.#violated("at the end", `called secured, and admits ${[...wrongly].join(", ")}`);
    }
    this.#allowed = this.#admitted(view);
    this.#let = new Set();
    this.#isGatewayPromised = true;
  }

  /** The roll-out was taken back: callers must get what they got before. */
  takenBack(view: View, before: View): void {
    for (const caller of ["anonymous", "intruder", "gateway"] as const) {
      if (view[caller] === before[caller]) continue;
      this.#violated("at the end", `${caller} got ${before[caller]}, and now ${view[caller]}`);
    }
  }

  fails(moment: string, what: string): void {
    this.#violated(moment, what);
  }

  #admitted(view: View): Admission {
    const bySettings = admittedBySettings(view.settings);
    if (this.#leniency.callsLag) return bySettings;
    return new Set([...bySettings, ...admittedByCalls(view)]);
  }

  #spec({ identity }: View): Admission {
    return admittedBySpec(identity, this.#issuer);
  }

  #violated(moment: string, what: string): void {
    this.violations.push(`${moment}: ${what}`);
  }
}
