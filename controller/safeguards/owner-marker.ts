/**
 * The marker by which installations see each other: an entry among the authentication settings of the
 * function, written together with the lock. Why it stands there: docs/adr/0017.
 *
 * "External URLs that can be redirected to as part of logging in or logging out of the app" (Microsoft
 * Learn, authsettingsV2). The name `invalid` never resolves (RFC 6761, 6.4), so nobody is sent anywhere.
 */
import { listAt, withValueAt, type Json, type JsonObject } from "../azure/json.ts";

/** Who governs a function: an object of an installation. */
export interface Owner {
  /** In a cluster the uid of the namespace `kube-system`, otherwise what the state folder says. */
  readonly installation: string;
  readonly namespace: string;
  readonly name: string;
}

/** An owner that speaks for itself. */
export interface Self extends Owner {
  /**
   * Whether objects of this namespace are looked after here; absent: of every namespace. The others may
   * be another controller's of the same cluster.
   */
  readonly looksAfter?: ((namespace: string) => boolean) | undefined;
}

/** Where the marker stands in authsettingsV2, among the entries of others. */
export const MARKER_POINTER = "/login/allowedExternalRedirectUrls";

const PREFIX = "https://securedbackend.invalid/owner/";

/** The owner in one word, as a person reads and writes it. */
export function ownerText({ installation, namespace, name }: Owner): string {
  return `${installation}/${namespace}/${name}`;
}

/** The entry that says so. */
export function markerOf(owner: Owner): string {
  return `${PREFIX}${ownerText(owner)}`;
}

/** The owners that the settings name; none, one, or more where two wrote at once. */
export function ownersIn(settings: JsonObject): readonly Owner[] {
  return listAt(settings, MARKER_POINTER).flatMap((entry) => ownerOf(entry) ?? []);
}

/** The owners of other installations, and those that another controller of this one looks after. */
export function foreignOwnersIn(
  settings: JsonObject,
  { installation: mine, looksAfter = () => true }: Self,
): readonly Owner[] {
  return ownersIn(settings).filter(
    ({ installation, namespace }) =>
      !sameText(installation, mine) || !looksAfter(namespace.toLowerCase()),
  );
}

/** The settings with this marker and no other; entries that are none stay as they are. */
export function withMarker(settings: JsonObject, owner: Owner): JsonObject {
  const [present, ...more] = ownersIn(settings);
  if (present !== undefined && more.length === 0 && sameText(markerOf(present), markerOf(owner))) {
    return settings;
  }
  return withValueAt(settings, MARKER_POINTER, [...othersIn(settings), markerOf(owner)]);
}

/** The settings without any marker. A list that held nothing else goes with it. */
export function withoutMarkers(settings: JsonObject): JsonObject {
  if (ownersIn(settings).length === 0) return settings;
  const others = othersIn(settings);
  return withValueAt(settings, MARKER_POINTER, others.length === 0 ? undefined : others);
}

function othersIn(settings: JsonObject): readonly Json[] {
  return listAt(settings, MARKER_POINTER).filter((entry) => ownerOf(entry) === undefined);
}

function ownerOf(entry: Json): Owner | undefined {
  if (typeof entry !== "string" || !sameText(entry.slice(0, PREFIX.length), PREFIX)) {
    return undefined;
  }
  const [installation = "", namespace = "", name = ""] = entry
    .slice(PREFIX.length)
    .replace(/\/$/, "")
    .split("/");
  return { installation, namespace, name };
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
