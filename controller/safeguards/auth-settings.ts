/**
 * The members of authsettingsV2 that the operator owns: what they should be, and when two values mean
 * the same. Everything else in the document is its owners' business.
 *
 * Meaning and traps of the members: "Configure your App Service or Functions app to use Microsoft
 * Entra sign-in" (Microsoft Learn), and what recorded documents show.
 */
import type { Danger, SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import { valueAt, type Json, type JsonObject } from "../azure/json.ts";
import { KNOWN_AFTER_APPLY, type Facts, type SiteFacts } from "./safeguard.ts";
import { formerCallers } from "./transition.ts";

/** One owned member: where it is, what it should be (undefined: absent), and how it compares. */
export interface DesiredSetting {
  readonly pointer: string;
  readonly value: Json | undefined;
  readonly kind: SettingKind;
}

type SettingKind =
  /** A switch that must stand as it is. */
  | { readonly type: "switch"; readonly whenAbsent: boolean }
  /** What an anonymous caller gets. */
  | { readonly type: "action" }
  | { readonly type: "clientId" }
  | { readonly type: "issuer" }
  /** Who or what is let in, where an absent list lets everything in. */
  | { readonly type: "allowList" }
  /** What is let in besides, where an absent list adds nothing. */
  | { readonly type: "additions"; readonly implied: readonly string[] };

const ENTRA = "/identityProviders/azureActiveDirectory";
/** Where the settings say whose tokens are accepted. */
export const CLIENT_ID_POINTER = `${ENTRA}/registration/clientId`;
const POLICY = `${ENTRA}/validation/defaultAuthorizationPolicy`;

/**
 * The settings that let in nobody but the gateways and the callers that the spec names. Easy Auth
 * asks for both lists, so each caller stands in both; an empty list is never desired, because it is
 * read as "permit nobody" in one place and as "permit all" in another.
 */
export function desiredSettings(
  spec: SecuredFunctionBackendSpec,
  facts: Facts,
): readonly DesiredSetting[] {
  const { gateways, registration } = facts;
  const former = formerCallers(facts);
  const callers = [...gateways, ...former.flatMap(({ identity }) => identity ?? [])];
  const { unauthenticatedAction, allowedCallers, allowedAudiences, excludedPaths } =
    spec.authentication;
  const on = (whenAbsent: boolean): SettingKind => ({ type: "switch", whenAbsent });
  const implied = [registration.audience, `api://${registration.audience}`];
  return [
    { pointer: "/platform/enabled", value: true, kind: on(false) },
    { pointer: "/globalValidation/requireAuthentication", value: true, kind: on(false) },
    {
      pointer: "/globalValidation/unauthenticatedClientAction",
      value: unauthenticatedAction,
      kind: { type: "action" },
    },
    {
      pointer: "/globalValidation/excludedPaths",
      value: nonEmpty(excludedPaths),
      kind: { type: "additions", implied: [] },
    },
    { pointer: "/httpSettings/requireHttps", value: true, kind: on(true) },
    { pointer: `${ENTRA}/enabled`, value: true, kind: on(true) },
    {
      pointer: CLIENT_ID_POINTER,
      value: registration.audience,
      kind: { type: "clientId" },
    },
    {
      pointer: `${ENTRA}/registration/openIdIssuer`,
      value: issuerForAll(facts),
      kind: { type: "issuer" },
    },
    {
      pointer: `${ENTRA}/validation/allowedAudiences`,
      value: nonEmpty([
        ...allowedAudiences,
        ...former
          .map(({ audience }) => audience)
          .filter((audience) => !sameText(audience, registration.audience)),
      ]),
      kind: { type: "additions", implied },
    },
    {
      pointer: `${POLICY}/allowedApplications`,
      value: distinct([...callers, ...allowedCallers].map(({ clientId }) => clientId)),
      kind: { type: "allowList" },
    },
    {
      pointer: `${POLICY}/allowedPrincipals/identities`,
      value: distinct([
        ...callers.map(({ principalId }) => principalId),
        ...allowedCallers.map(({ objectId }) => objectId),
      ]),
      kind: { type: "allowList" },
    },
    {
      // Members of a group would get in besides the identities above.
      pointer: `${POLICY}/allowedPrincipals/groups`,
      value: undefined,
      kind: { type: "additions", implied: [] },
    },
  ];
}

/** The registration's issuer, unless a gateway gets its tokens from another tenant and would be kept out. */
function issuerForAll({ gateways, registration }: Facts): string {
  const isForeign = gateways.some(
    ({ tenantId }) => tenantId !== undefined && !sameText(tenantId, registration.tenantId),
  );
  return isForeign ? KNOWN_AFTER_APPLY : registration.issuer;
}

/** Whose tokens a document accepts: those for this client id, of this issuer. */
export function acceptedTokens(settings: JsonObject): SiteFacts["accepts"] {
  const textAt = (pointer: string) => {
    const value = valueAt(settings, `${ENTRA}/registration/${pointer}`);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return { clientId: textAt("clientId"), issuer: textAt("openIdIssuer") };
}

/** Whether two issuers mean the same, however they are spelt. */
export function isSameIssuer(left: string, right: string): boolean {
  return canonicalIssuer(left) === canonicalIssuer(right);
}

/** What the observed value does to security, or undefined when it means what is desired. */
export function compareSetting(
  { value, kind }: DesiredSetting,
  observed: Json | undefined,
): Danger | undefined {
  switch (kind.type) {
    case "switch":
      return (observed ?? kind.whenAbsent) === value ? undefined : "Weakens";
    case "action":
      if (observed === value) return undefined;
      return typeof observed === "string" && observed !== "AllowAnonymous" ? "Cosmetic" : "Weakens";
    case "clientId":
      return sameText(observed, value) ? undefined : "Weakens";
    case "issuer":
      return compareIssuer(value, observed);
    case "allowList":
      return compareAllowList(textsOf(value), textsOf(observed));
    case "additions":
      return compareAdditions(textsOf(value), textsOf(observed), kind.implied);
  }
}

function compareIssuer(desired: Json | undefined, observed: Json | undefined): Danger | undefined {
  if (canonicalIssuer(observed) === canonicalIssuer(desired)) return undefined;
  if (desired === KNOWN_AFTER_APPLY && typeof observed === "string" && observed !== "")
    return undefined;
  // Without a tenant in the issuer neither is checked; another tenant's lets its callers in.
  const tenant = tenantOf(observed);
  return tenant !== undefined && tenant === tenantOf(desired) ? "Hardens" : "Weakens";
}

function tenantOf(issuer: Json | undefined): string | undefined {
  return /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(canonicalIssuer(issuer))?.[0];
}

/** The two spellings of a version 2 issuer that the portal has written over time mean the same. */
function canonicalIssuer(issuer: Json | undefined): string {
  if (typeof issuer !== "string") return "";
  return issuer
    .toLowerCase()
    .replace(/\/$/, "")
    .replace(
      /^https:\/\/sts\.windows\.net\/([^/]+)\/v2\.0$/,
      "https://login.microsoftonline.com/$1/v2.0",
    );
}

function compareAllowList(
  desired: readonly string[],
  observed: readonly string[],
): Danger | undefined {
  if (observed.length === 0) return "Weakens";
  if (observed.some((entry) => !holds(desired, entry))) return "Weakens";
  return desired.every((entry) => holds(observed, entry)) ? undefined : "Hardens";
}

function compareAdditions(
  desired: readonly string[],
  observed: readonly string[],
  implied: readonly string[],
): Danger | undefined {
  if (observed.some((entry) => !holds(desired, entry) && !holds(implied, entry))) return "Weakens";
  return desired.every((entry) => holds(observed, entry) || holds(implied, entry))
    ? undefined
    : "Hardens";
}

function holds(list: readonly string[], entry: string): boolean {
  return list.some((other) => sameText(other, entry));
}

function sameText(left: Json | undefined, right: Json | undefined): boolean {
  return (
    typeof left === "string" &&
    typeof right === "string" &&
    left.toLowerCase() === right.toLowerCase()
  );
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function nonEmpty(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}

function distinct(list: readonly string[]): readonly string[] {
  return list.filter((entry, index) => list.findIndex((other) => sameText(other, entry)) === index);
}
