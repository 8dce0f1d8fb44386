/**
 * The access restrictions of a site, `ipSecurityRestrictions` of `config/web`: which rules are the
 * operator's, and how they are written beside those of others. Rules of others are kept as they are,
 * member for member.
 *
 * Meaning of the members: "Azure App Service access restrictions" (Microsoft Learn).
 */
import { isJsonObject, type Json, type JsonObject } from "../azure/json.ts";
import { canonicalCidr } from "./cidr.ts";

/** One entry of `ipSecurityRestrictions`, raw. */
export type AccessRule = JsonObject;

/** The member of `config/web` that holds the rules, and the one that says what holds without any. */
export const RULES_MEMBER = "ipSecurityRestrictions";
export const DEFAULT_ACTION_MEMBER = "ipSecurityRestrictionsDefaultAction";

/**
 * The priority of "Allow all" and "Deny all". The service shows one of the two for what its rules come
 * to; sent back, it is dropped or turned into the other one.
 */
const IMPLICIT_PRIORITY = 2_147_483_647;

/**
 * Where the operator's rules stand: behind what others deny by lower numbers, before 65000, which the
 * portal proposes. A site holds 512 rules.
 */
const OWN_PRIORITIES = { first: 64_000, last: 64_511 };
const OWN_PREFIX = "sfb-";
/** The longest name that the portal takes. */
const LONGEST_NAME = 32;

/** The rules that somebody wrote, in the order in which they stand. */
export function rulesOf(webConfig: JsonObject): readonly AccessRule[] {
  const rules = webConfig[RULES_MEMBER];
  return Array.isArray(rules)
    ? rules.filter(isJsonObject).filter(({ priority }) => priority !== IMPLICIT_PRIORITY)
    : [];
}

/** Whether a rule is the operator's: by its name and its priority, both. */
export function isOwnRule({ name, priority }: AccessRule): boolean {
  return (
    typeof name === "string" &&
    name.startsWith(OWN_PREFIX) &&
    typeof priority === "number" &&
    priority >= OWN_PRIORITIES.first &&
    priority <= OWN_PRIORITIES.last
  );
}

/** The rules of others, untouched, and then these in the place of the operator's own. */
export function withOwnRules(
  rules: readonly AccessRule[],
  own: readonly AccessRule[],
): readonly AccessRule[] {
  return [...rules.filter((rule) => !isOwnRule(rule)), ...own];
}

/** What a site without a matching rule does: it says so, or its having rules says it. */
export function effectiveDefault(webConfig: JsonObject): "Allow" | "Deny" {
  const action = webConfig[DEFAULT_ACTION_MEMBER];
  if (action === "Allow" || action === "Deny") return action;
  return rulesOf(webConfig).length > 0 ? "Deny" : "Allow";
}

/** The operator's rules that let these ranges in, each once, in a fixed order. */
export function ownRules(ranges: readonly { cidr: string; for: string }[]): readonly AccessRule[] {
  const named = new Map(ranges.map((range) => [canonicalCidr(range.cidr), range.for]));
  return [...named]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([cidr, purpose], index) => ({
      ipAddress: cidr,
      action: "Allow",
      tag: "Default",
      priority: OWN_PRIORITIES.first + index,
      name: `${OWN_PREFIX}${cidr.replaceAll(/[./:]+/g, "-")}`.slice(0, LONGEST_NAME),
      description: purpose,
    }));
}

/** Whether a rule is tried before the operator's. */
export function isTriedBeforeOwn({ priority }: AccessRule): boolean {
  return typeof priority === "number" && priority < OWN_PRIORITIES.first;
}

/** The ranges that a rule speaks of: App Service takes several in one, separated by commas. */
export function rangesOf({ ipAddress }: AccessRule): readonly string[] {
  return typeof ipAddress === "string" ? ipAddress.split(",").map(canonicalCidr) : [];
}

/** The ranges that a rule lets in whoever calls; a rule that asks for more lets in fewer. */
export function admittedRanges(rule: AccessRule): readonly string[] {
  const isPlain =
    rule["action"] === "Allow" &&
    (isAbsent(rule["tag"]) || rule["tag"] === "Default") &&
    isAbsent(rule["headers"]) &&
    isAbsent(rule["subnetMask"]) &&
    isAbsent(rule["vnetSubnetResourceId"]);
  return isPlain ? rangesOf(rule) : [];
}

function isAbsent(value: Json | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (isJsonObject(value) && Object.keys(value).length === 0)
  );
}
