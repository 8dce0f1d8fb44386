import { FINDINGS } from "../api/v1alpha1/findings.ts";
import type { FindingCode } from "../api/v1alpha1/findings.ts";
import type { Door } from "../azure/door.ts";
import type { Inventory } from "../azure/inventory.ts";
import type { Finding } from "../safeguards/bypass/bypass-check.ts";
import { BYPASS_CHECKS } from "../safeguards/bypass/index.ts";
import { obstacleOfAzure } from "../safeguards/obstacle.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import type { Target } from "../safeguards/target.ts";
import type { Outcome } from "./outcome.ts";
import type { Plan } from "./plan.ts";

/** What a pass saw of the ways around the lock. */
export interface BypassReport {
  readonly findings: readonly Finding[];
  /** The checks that could not look. */
  readonly unseen: readonly UnseenCheck[];
  /** The operations of each API; undefined when they could not be listed. */
  readonly operations: readonly ApiOperations[] | undefined;
}

/** A check that could not look: what it would have found, and why it did not. */
export interface UnseenCheck {
  readonly codes: readonly FindingCode[];
  readonly obstacle: Obstacle;
}

/** The operations of an API's current revision. */
export interface ApiOperations {
  readonly apiId: string;
  readonly operationIds: readonly string[];
}

/**
 * Looks for ways around the lock, if everything that they are judged against was seen. One check that
 * fails does not keep the others from looking.
 */
export async function lookForBypasses(
  door: Door,
  target: Target,
  { facts, established }: Plan,
): Promise<BypassReport | undefined> {
  const isKnown = (["gateways", "registration", "site"] as const).every((fact) =>
    established.includes(fact),
  );
  if (!isKnown) return undefined;
  const [looks, operations] = await Promise.all([
    Promise.all(
      BYPASS_CHECKS.map((check) =>
        check.look(door.inventory, { target, facts }).catch((failure: unknown) => ({
          codes: check.codes,
          obstacle: obstacleOfAzure(failure),
        })),
      ),
    ),
    listOperations(door, target),
  ]);
  return {
    findings: looks.flatMap((look) => ("obstacle" in look ? [] : look)),
    unseen: looks.flatMap((look) => ("obstacle" in look ? look : [])),
    operations,
  };
}

/** The outcome, given what was found: what anybody can walk around is not secured. */
export function inViewOfBypasses(outcome: Outcome, bypass: BypassReport | undefined): Outcome {
  const isBypassed = bypass !== undefined && criticalFindings(bypass).length > 0;
  return outcome.kind === "secured" && isBypassed
    ? { kind: "bypassed", message: describeBypasses(bypass) }
    : outcome;
}

/** The ways around the lock in words. */
export function describeBypasses(bypass: BypassReport): string {
  return criticalFindings(bypass)
    .map(({ code, message }) => `${message} ${FINDINGS[code].remedy}`)
    .join(" ");
}

/** The findings that mean that somebody gets in whom the spec does not name. */
export function criticalFindings({ findings }: BypassReport): readonly Finding[] {
  return findings.filter(({ code }) => FINDINGS[code].severity === "Critical");
}

async function listOperations(
  { inventory }: Door,
  { apis }: Target,
): Promise<readonly ApiOperations[] | undefined> {
  const listed = await Promise.all(apis.map(({ id }) => listOperationsOf(inventory, id)));
  const known = listed.filter((each) => each !== undefined);
  return known.length === listed.length ? known : undefined;
}

/** An API that is gone has no operations; of one that could not be read they are not known. */
async function listOperationsOf(
  inventory: Inventory,
  apiId: string,
): Promise<ApiOperations | undefined> {
  try {
    return { apiId, operationIds: await inventory.listOperationIds(apiId) };
  } catch (failure) {
    const isGone = obstacleOfAzure(failure).reason === "TargetNotFound";
    return isGone ? { apiId, operationIds: [] } : undefined;
  }
}
