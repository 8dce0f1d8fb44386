import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import {
  isKnown,
  KNOWN_AFTER_APPLY,
  type Change,
  type Facts,
  type Note,
  type Observation,
  type Obstacle,
  type Standing,
} from "../safeguards/safeguard.ts";

/** What is to be done, in the order in which a roll-out does it. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
  readonly facts: Facts;
  /** Whether every safeguard could look. */
  readonly isComplete: boolean;
  /** Which of the facts somebody saw; the others hold nothing. */
  readonly established: readonly (keyof Facts)[];
}

/** What one safeguard asks for. No changes and no obstacle: it is in sync. */
export interface PlannedStep {
  readonly safeguard: SafeguardName;
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  /** What its condition says when nothing is to be changed; absent: as the spec asks. */
  readonly standing?: Standing;
  readonly obstacle: Obstacle | undefined;
}

/** What one safeguard saw, or why it saw nothing. */
export interface Sighting {
  readonly safeguard: SafeguardName;
  readonly seen: Observation | Obstacle;
}

/** Nothing is known: the facts before anybody looked. */
const NO_FACTS: Facts = {
  gateways: [],
  registration: {
    audience: KNOWN_AFTER_APPLY,
    tenantId: KNOWN_AFTER_APPLY,
    issuer: KNOWN_AFTER_APPLY,
    token: undefined,
  },
  apis: [],
  site: {
    hostName: "",
    hostNames: [],
    settings: {},
    state: undefined,
    publicNetworkAccess: undefined,
    accepts: { clientId: undefined, issuer: undefined },
    enforced: false,
  },
};

/**
 * Compares what should be with what was seen. Sightings stand in roll-out order; a safeguard that
 * saw nothing asks for nothing and is in the way.
 *
 * A safeguard whose facts were not established is not judged either: a gateway that could not be read
 * must not fall out of an allow-list.
 */
export function buildPlan(
  sightings: readonly Sighting[],
  ignoreDifferences: readonly string[],
): Plan {
  const established = sightings.reduce<Partial<Facts>>(
    (known, { seen }) => (isObservation(seen) ? { ...known, ...seen.facts } : known),
    {},
  );
  const facts = { ...NO_FACTS, ...established };
  const missing = sightings.flatMap(({ seen }) => (isObservation(seen) ? [] : [seen]))[0];
  return {
    facts,
    isComplete: missing === undefined,
    established: Object.keys(established) as (keyof Facts)[],
    steps: sightings.map(({ safeguard, seen }) => {
      const nothing = { safeguard, changes: [], notes: [] };
      if (!isObservation(seen)) return { ...nothing, obstacle: seen };
      if (seen.needs.some((fact) => established[fact] === undefined)) {
        return { ...nothing, obstacle: missing };
      }
      const { changes, notes, standing, obstacle } = seen.assess(facts);
      const wanted = changes.filter((change) => !isIgnored(change, ignoreDifferences));
      return { safeguard, notes, obstacle, changes: wanted, ...(standing && { standing }) };
    }),
  };
}

/** The differences that are certain: what waits for an earlier step is no drift yet. */
export function knownChanges(plan: Plan): readonly Change[] {
  return plan.steps.flatMap(({ changes }) => changes.filter(isKnown));
}

/** Everything that is to be changed, also what is known only after earlier steps. */
export function allChanges(plan: Plan): readonly Change[] {
  return plan.steps.flatMap(({ changes }) => changes);
}

function isObservation(seen: Observation | Obstacle): seen is Observation {
  return "assess" in seen;
}

/** A rule covers its own path and everything below it. */
function isIgnored({ path }: Change, rules: readonly string[]): boolean {
  return rules.some(
    (rule) => path === rule || path.startsWith(`${rule}/`) || path.startsWith(`${rule}@`),
  );
}

/** What is in the way: what somebody must act on before what ends by itself. */
export function firstObstacle(plan: Plan): Obstacle | undefined {
  const obstacles = plan.steps.flatMap(({ obstacle }) =>
    obstacle === undefined ? [] : [obstacle],
  );
  return obstacles.find(({ kind }) => kind === "blocked") ?? obstacles[0];
}
