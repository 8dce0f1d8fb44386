import type { Door } from "../../azure/door.ts";
import type { Plan } from "../../reconcile/plan.ts";
import type { Finding } from "../../safeguards/bypass/bypass-check.ts";
import type { Obstacle } from "../../safeguards/safeguard.ts";
import { obstacleOfAzure } from "../../safeguards/obstacle.ts";
import type { Target } from "../../safeguards/target.ts";

/**
 * Something that may break when a plan is applied. Each is one module of this shape: whether the plan
 * does what may break it (`concerns`), what there is of it (`observe`, which never writes), and what that
 * means (`judge`, pure). They are asked before somebody applies a plan, and never by the loop.
 */
export interface RiskCheckDefinition<Seen> {
  readonly code: RiskCode;
  /** What breaks, and for whom. */
  readonly meaning: string;
  /** What a person should do before. */
  readonly remedy: string;
  /** What nobody can see from here, and why. */
  readonly cannotSee: string;
  /** The Azure RBAC actions it needs. */
  readonly actions: readonly string[];
  concerns(plan: Plan): boolean;
  observe(door: Door, target: Target, plan: Plan): Promise<Seen>;
  /** What was seen, each in a sentence; none: nothing was. */
  judge(seen: Seen, circumstances: RiskCircumstances): readonly string[];
}

/** What may break. */
export type RiskCode =
  | "CallersWithKeys"
  | "Webhooks"
  | "HealthChecks"
  | "ForwardedAuthorization"
  | "DirectCallers";

/** What is judged against. */
export interface RiskCircumstances {
  readonly target: Target;
  readonly plan: Plan;
  /** The ways around the lock that were found. */
  readonly findings: readonly Finding[];
}

/** One risk of a plan. */
export interface Risk extends Pick<
  RiskCheckDefinition<never>,
  "code" | "meaning" | "remedy" | "cannotSee"
> {
  /** `Unknown`: it could not be looked at. */
  readonly state: "Seen" | "NotSeen" | "Unknown";
  /** What was seen, or why nothing could be. */
  readonly details: readonly string[];
  /** Why it could not be looked at. */
  readonly obstacle?: Obstacle;
}

/** A check whose own types are closed over, so that all of them stand in one list. */
export interface RiskCheck extends Omit<RiskCheckDefinition<never>, "observe" | "judge"> {
  /** @throws what is no failure of Azure: then it is a bug. */
  look(door: Door, circumstances: RiskCircumstances): Promise<Risk>;
}

/** Closes a definition over its own types. */
export function defineRiskCheck<Seen>(definition: RiskCheckDefinition<Seen>): RiskCheck {
  const { code, meaning, remedy, cannotSee, actions } = definition;
  return {
    code,
    meaning,
    remedy,
    cannotSee,
    actions,
    concerns: (plan) => definition.concerns(plan),
    async look(door, circumstances) {
      const told = { code, meaning, remedy, cannotSee };
      try {
        const { target, plan } = circumstances;
        const details = definition.judge(
          await definition.observe(door, target, plan),
          circumstances,
        );
        return { ...told, state: details.length > 0 ? "Seen" : "NotSeen", details };
      } catch (failure) {
        const obstacle = obstacleOfAzure(failure);
        return { ...told, state: "Unknown", details: [obstacle.message], obstacle };
      }
    },
  };
}

/** Whether the plan closes a function that lets everybody in as it is. */
export function closes({ facts, steps }: Plan): boolean {
  const closing = steps.find(({ safeguard }) => safeguard === "authentication");
  return !facts.site.enforced && closing !== undefined && closing.changes.length > 0;
}
