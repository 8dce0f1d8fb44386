import { createHash } from "node:crypto";
import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import type { SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import { isJsonObject, type Json } from "../azure/json.ts";
import { KNOWN_AFTER_APPLY, type Change } from "../safeguards/safeguard.ts";
import type { Plan } from "./plan.ts";

/** What keeps callers out; the steps before only prepare it. */
const CLOSING: readonly SafeguardName[] = ["authentication", "access-restrictions", "hardening"];

/**
 * 128 bits: who may write manifests must not find two plans with one hash, and have the harmless one
 * released.
 */
const DIGITS = 32;

/**
 * A name for exactly what will be done to callers of a function, for somebody to release it by. It
 * holds every change that closes (resource, path, desired value, danger) and what the policies of the
 * APIs will say. The policies count by what makes them, and not by their differences: those go away when
 * the policies are written, and the function is closed after that by the same release.
 *
 * The owner's marker is left out: it keeps nobody out, and taking over is said by an annotation of its own.
 * Neither order nor time makes a difference, nor the letter case of Azure's ids. Undefined while
 * something of it is known only after an earlier step.
 */
export function planHash(plan: Plan, spec: SecuredFunctionBackendSpec): string | undefined {
  const text = JSON.stringify({ closing: closingOf(plan), policies: policiesOf(plan, spec) });
  if (text.includes(KNOWN_AFTER_APPLY)) return undefined;
  return `plan-${createHash("sha256").update(text).digest("hex").slice(0, DIGITS)}`;
}

function closingOf({ steps }: Plan): readonly string[] {
  return steps
    .filter(({ safeguard }) => CLOSING.includes(safeguard))
    .flatMap(({ changes }) => changes.filter(({ patch }) => patch.kind !== "owner-marker"))
    .map(lineOf)
    .toSorted();
}

function lineOf({ resource, path, desired, danger }: Change): string {
  return JSON.stringify([resource.toLowerCase(), path, sorted(desired ?? null), danger]);
}

function policiesOf({ facts }: Plan, spec: SecuredFunctionBackendSpec) {
  const { apis, gateways, registration } = facts;
  return {
    apis: apis.map(({ id, keyHeader }) => [id.toLowerCase(), keyHeader].join(" ")).toSorted(),
    callers: gateways
      .map(({ serviceId, ...ids }) =>
        [serviceId.toLowerCase(), ids.principalId, ids.clientId].join(" "),
      )
      .toSorted(),
    audience: registration.audience,
    identity: spec.identity.type,
    subscriptionKey: spec.subscriptionKey,
    revisions: spec.revisions,
    ignored: spec.ignoreDifferences.filter((path) => path.startsWith("inbound-policy:")).toSorted(),
  };
}

/** A value in one order: members have none, and no list that is written has a meaning in its own. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((each) => JSON.stringify(sorted(each))).toSorted();
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([name, member]): [string, Json] => [
    name,
    sorted(member ?? null),
  ]);
  return Object.fromEntries(members.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
