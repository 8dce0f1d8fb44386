/**
 * Whose the function is. Another installation's marker keeps this one from writing anything, until a
 * person says by name from whom it is taken over.
 */
import { echoOf } from "../api/v1alpha1/echo.ts";
import type {
  SecuredFunctionBackend,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import { valueAt, type JsonObject } from "../azure/json.ts";
import { authSettingsId } from "../azure/resource-ids.ts";
import {
  foreignOwnersIn,
  MARKER_POINTER,
  markerOf,
  ownersIn,
  ownerText,
  type Owner,
  type Self,
} from "../safeguards/owner-marker.ts";
import type { Change, Note, Obstacle } from "../safeguards/safeguard.ts";
import type { Plan, PlannedStep } from "./plan.ts";

/** The annotation that takes a function over, from the owner that it names. */
export const TAKE_OVER_ANNOTATION = "securedbackend.dev/take-over";

/** What `status.lastHandledTakeOver` holds. */
const LONGEST_ECHO = 512;

/** Who speaks for the object. */
export function ownerOf(
  { metadata }: Pick<SecuredFunctionBackend, "metadata">,
  installation: string,
  looksAfter?: Self["looksAfter"],
): Self {
  return { installation, namespace: metadata.namespace, name: metadata.name, looksAfter };
}

/** What the marker on the function means for the object. */
export type Claim =
  /** Nobody else's, or not known. */
  | { readonly kind: "free" }
  /** Ours, by its marker. */
  | { readonly kind: "ours" }
  /** Somebody else's that a person takes over. */
  | { readonly kind: "taking over"; readonly from: string }
  | { readonly kind: "elsewhere"; readonly owner: string };

/** @param takeOver the owner that a person names, unless that was done before. */
export function claimOn(settings: JsonObject, me: Self, takeOver: string | undefined): Claim {
  const foreign = foreignOwnersIn(settings, me).map(ownerText).toSorted().join(",");
  if (foreign !== "") {
    return foreign.toLowerCase() === takeOver?.trim().toLowerCase()
      ? { kind: "taking over", from: foreign }
      : { kind: "elsewhere", owner: foreign };
  }
  return { kind: ownersIn(settings).length > 0 ? "ours" : "free" };
}

/** The owner that a person wants to take over from: each value of the annotation works once. */
export function takeOverAsked(
  { metadata }: Pick<SecuredFunctionBackend, "metadata">,
  { lastHandledTakeOver }: SecuredFunctionBackendStatus,
): string | undefined {
  const asked = metadata.annotations?.[TAKE_OVER_ANNOTATION];
  if (asked === undefined) return undefined;
  return echoOf(asked, LONGEST_ECHO) === lastHandledTakeOver ? undefined : asked;
}

/**
 * What status remembers of take-overs: the value that led to our marker, as long as it stands in the
 * manifest. So a value that was used is not used again when the other installation takes it back.
 */
export function takeOverHandled(
  { metadata }: Pick<SecuredFunctionBackend, "metadata">,
  { lastHandledTakeOver }: SecuredFunctionBackendStatus,
  claim: Claim | undefined,
): string | undefined {
  const asked = metadata.annotations?.[TAKE_OVER_ANNOTATION];
  if (asked === undefined) return undefined;
  return claim?.kind === "ours" ? echoOf(asked, LONGEST_ECHO) : lastHandledTakeOver;
}

/** Why nothing is written to a function that another installation governs. */
export function ownedElsewhere(owner: string): Obstacle {
  return {
    kind: "blocked",
    reason: "OwnedElsewhere",
    message: `The marker in the function's authentication settings says that ${owner} governs it, which another controller looks after, so nothing is written. Delete one of the two objects. To take it over, stop the other, and set the annotation ${TAKE_OVER_ANNOTATION}: ${owner}`,
  };
}

/** The plan, given whose the function is. An object that only looks is told, and not stopped. */
export function inViewOfClaim(
  plan: Plan,
  claim: Claim,
  { me, siteId, onlyLooks }: { me: Owner; siteId: string; onlyLooks: boolean },
): Plan {
  switch (claim.kind) {
    case "free":
    case "ours":
      return plan;
    case "elsewhere": {
      const obstacle = ownedElsewhere(claim.owner);
      return withAuthentication(plan, (step) =>
        onlyLooks
          ? { ...step, notes: [...step.notes, noteOf(claim.owner)] }
          : { ...step, obstacle },
      );
    }
    case "taking over": {
      const { settings } = plan.facts.site;
      return withAuthentication(plan, (step) => ({
        ...step,
        changes: [...step.changes, takeOverChange(settings, { me, siteId })],
      }));
    }
  }
}

function noteOf(owner: string): Note {
  return { code: "owned-elsewhere", message: `Its marker says that ${owner} governs it.` };
}

function withAuthentication(plan: Plan, change: (step: PlannedStep) => PlannedStep): Plan {
  const isMeant = ({ safeguard }: PlannedStep) => safeguard === "authentication";
  return { ...plan, steps: plan.steps.map((step) => (isMeant(step) ? change(step) : step)) };
}

function takeOverChange(
  settings: JsonObject,
  { me, siteId }: { me: Owner; siteId: string },
): Change {
  return {
    safeguard: "authentication",
    resource: authSettingsId(siteId),
    path: `authentication:${MARKER_POINTER}`,
    desired: markerOf(me),
    observed: valueAt(settings, MARKER_POINTER),
    danger: "Cosmetic",
    patch: { kind: "owner-marker" },
  };
}
