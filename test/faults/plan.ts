import type { Reason } from "../../controller/api/v1alpha1/conditions.ts";
import type { FaultOrder } from "../../simulator/control/faults.ts";
import type { SimulatorSettings } from "../../simulator/settings.ts";
import { DISTURBANCE_NAMES, type DisturbanceName } from "./disturbance.ts";
import { FAULT_KINDS } from "./fault-catalogue.ts";
import { Random } from "./random.ts";
import { WORLD_NAMES, type WorldName } from "./worlds.ts";

/** One life of an operator and its Azure, with everything that goes wrong in it. */
export interface FaultPlan {
  readonly seed: number;
  readonly world: WorldName;
  readonly settings: Partial<SimulatorSettings>;
  /** How far Azure's clock is ahead of the operator's, in milliseconds. */
  readonly clockSkewInMs: number;
  /** The first is the roll-out. */
  readonly acts: readonly Act[];
}

/** A stretch from one thing that happens to the pair until it has come to rest. */
export interface Act {
  /** What somebody does to the pair at the beginning. */
  readonly disturbance?: DisturbanceName;
  readonly faults: readonly PlannedFault[];
  /** The requests, counted from the act's beginning, at which the operator is killed. */
  readonly deaths: readonly Death[];
}

export interface PlannedFault {
  readonly name: string;
  readonly order: FaultOrder;
  /** The reasons that tell the truth about it. */
  readonly reasons: readonly Reason[];
  readonly isForever: boolean;
}

export interface Death {
  readonly atRequest: number;
  readonly moment: "before it is sent" | "after it was answered";
}

/** Draws a plan: the same seed gives the same one. */
export function buildPlan(seed: number): FaultPlan {
  const random = new Random(seed);
  const world = random.pick(WORLD_NAMES);
  const settings = buildSettings(random);
  const clockSkewInMs = random.percent(30) ? random.between(-240, 240) * 1000 : 0;
  const acts: Act[] = [buildAct(random)];
  for (let count = random.below(3); count > 0; count -= 1) {
    acts.push(buildAct(random, random.pick(DISTURBANCE_NAMES)));
  }
  return { seed, world, settings, clockSkewInMs, acts };
}

function buildSettings(random: Random): Partial<SimulatorSettings> {
  const rarely = (most: number) => (random.percent(20) ? random.between(1, most) * 1000 : 0);
  return {
    operationDurationInMs: random.between(0, 1200) * 1000,
    operationRetryAfterInSeconds: random.pick([60, 300, 600]),
    asyncOperationHeader: random.percent(50),
    lockOutlivesSuccessInMs: rarely(90),
    staleReadsInMs: rarely(120),
    authenticationDelayInMs: rarely(45),
    policyPropagationInMs: rarely(45),
    tokenLifetimeInSeconds: random.pick([3600, 3600, 400]),
    gatewayCachesTokens: random.percent(50),
  };
}

function buildAct(random: Random, disturbance?: DisturbanceName): Act {
  const faults = Array.from({ length: random.below(4) }, () => buildFault(random));
  const deaths = Array.from({ length: random.percent(40) ? random.between(1, 3) : 0 }, () => ({
    atRequest: random.between(1, 60),
    moment: random.pick(["before it is sent", "after it was answered"] as const),
  }));
  return { ...(disturbance && { disturbance }), faults, deaths };
}

function buildFault(random: Random): PlannedFault {
  const kind = random.pick(FAULT_KINDS);
  return {
    name: kind.name,
    reasons: kind.reasons,
    isForever: kind.isForever ?? false,
    order: {
      match: kind.match(random),
      fault: kind.fault(random),
      times: random.between(1, kind.mostTimes ?? 3),
      after: random.percent(50) ? 0 : random.below(6),
      applyWrite: kind.mayHideSuccess === true && random.percent(50),
    },
  };
}
