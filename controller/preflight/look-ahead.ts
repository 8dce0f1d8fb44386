import type { Door } from "../azure/door.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { readingOnce } from "../reconcile/read-once.ts";
import type { Pass } from "../reconcile/report.ts";
import { obstacleOfAzure } from "../safeguards/obstacle.ts";
import { targetOf } from "../safeguards/target.ts";
import { GRAPH } from "./needed-actions.ts";
import type { Answer } from "./permissions.ts";
import { buildPreflight, rightsFor, type Preflight } from "./preflight.ts";
import { RISK_CHECKS } from "./risks/index.ts";

/**
 * Asks what a plan may break and which rights it needs. Reads Azure, only as far as there is something
 * to be written, and writes nothing. The loop never asks: it would cost every pass these requests.
 *
 * @param pass one that only looked.
 * @param now milliseconds since the epoch.
 * @returns undefined where Azure was not looked at.
 */
export async function lookAhead(
  door: Door,
  object: SecuredFunctionBackend,
  { plan, bypass }: Pass,
  now: number,
): Promise<Preflight | undefined> {
  if (plan === undefined) return undefined;
  const once = readingOnce(door);
  const findings = bypass?.findings ?? [];
  const circumstances = { target: targetOf(object, undefined, now), plan, findings };
  const scopes = new Set(
    rightsFor(plan)
      .map(({ scope }) => scope)
      .filter((scope) => scope !== GRAPH),
  );
  const [risks, answers] = await Promise.all([
    Promise.all(
      RISK_CHECKS.filter((check) => check.concerns(plan)).map((check) =>
        check.look(once, circumstances),
      ),
    ),
    Promise.all([...scopes].map((scope) => ask(once, scope))),
  ]);
  return buildPreflight(object, plan, bypass, { risks, answers: new Map(answers) });
}

async function ask({ inventory }: Door, scope: string): Promise<readonly [string, Answer]> {
  return [scope.toLowerCase(), await inventory.listPermissions(scope).catch(obstacleOfAzure)];
}
