import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import {
  isKnown,
  KNOWN_AFTER_APPLY,
  type Change,
  type Facts,
  type Note,
  type Observation,
  type Obstacle,
} from "../safeguards/safeguard.ts";

/** What is to be done, in the order in which a roll-out does it. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
  readonly facts: Facts;
  /** Whether every safeguard could look. */
  readonly isComplete: boolean;
}

/** What one safeguard asks for. No changes and no obstacle: it is in sync. */
export interface PlannedStep {
  readonly safeguard: SafeguardName;
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
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
  site: { hostName: "", state: undefined, publicNetworkAccess: undefined, enforced: false },
};

/**
 * Compares what should be with what was seen. Sightings stand in roll-out order; a safeguard that
 * saw nothing asks for nothing and is in the way.
 *
 * While one safeguard saw nothing, the facts of the others are incomplete, and no change of theirs
 * may rest on them: a gateway that could not be read must not fall out of an allow-list.
 */
export function buildPlan(
  sightings: readonly Sighting[],
  ignoreDifferences: readonly string[],
): Plan {
  const facts = sightings.reduce<Facts>(
    (known, { seen }) => (isObservation(seen) ? { ...known, ...seen.facts } : known),
    NO_FACTS,
  );
  const isComplete = sightings.every(({ seen }) => isObservation(seen));
  return {
    facts,
    isComplete,
    steps: sightings.map(({ safeguard, seen }) => {
      if (!isObservation(seen)) return { safeguard, changes: [], notes: [], obstacle: seen };
      const { changes, notes, obstacle } = seen.assess(facts);
      return {
        safeguard,
        notes,
        obstacle,
        changes: isComplete
          ? changes.filter((change) => !isIgnored(change, ignoreDifferences))
          : [],
      };
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
