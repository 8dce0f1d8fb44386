import type { Permission } from "../azure/inventory.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import { GRAPH, type NeededAction } from "./needed-actions.ts";

/** The Azure RBAC action by which the operator may ask what it may do. */
export const PERMISSIONS_READ = "Microsoft.Authorization/permissions/read";

/** What is known of a right that the plan needs. */
export interface PermissionReport extends NeededAction {
  readonly state: "Granted" | "Missing" | "Unknown";
  /** Why it is not known. */
  readonly message?: string;
}

/** What the operator may do at a resource, or why that could not be asked. */
export type Answer = readonly Permission[] | Obstacle;

const GRAPH_UNKNOWN =
  "Permissions of Microsoft Graph are not asked for; whether it is granted shows when it is tried.";

/** The needed rights, each once, against what Azure says of the operator's roles at their scopes. */
export function judgePermissions(
  needed: readonly NeededAction[],
  answers: ReadonlyMap<string, Answer>,
): readonly PermissionReport[] {
  const once = new Map(needed.map((each) => [keyOf(each), each]));
  return [...once.values()].map((each) => {
    if (each.scope === GRAPH) return { ...each, state: "Unknown", message: GRAPH_UNKNOWN };
    const answer = answers.get(each.scope.toLowerCase());
    if (answer === undefined)
      return { ...each, state: "Unknown", message: "It was not asked for." };
    if ("reason" in answer) return { ...each, state: "Unknown", message: answer.message };
    return { ...each, state: isAllowed(each.action, answer) ? "Granted" : "Missing" };
  });
}

function keyOf({ action, scope }: NeededAction): string {
  return `${action} ${scope}`.toLowerCase();
}

/**
 * Whether roles allow an action: one of them names it, and the same role does not take it out again
 * ("Azure role definitions", Microsoft Learn). Letter case makes no difference, `*` stands for anything.
 */
export function isAllowed(action: string, roles: readonly Permission[]): boolean {
  const matches = (pattern: string) => patternOf(pattern).test(action);
  return roles.some(
    ({ actions, notActions }) => actions.some(matches) && !notActions.some(matches),
  );
}

function patternOf(pattern: string): RegExp {
  const literals = pattern.split("*").map((text) => RegExp.escape(text));
  return new RegExp(`^${literals.join(".*")}$`, "i");
}
