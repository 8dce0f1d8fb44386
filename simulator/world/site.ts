import type { Propagated } from "../propagated.ts";

/** Which generation of auth settings governs a site. */
export type AuthenticationVersion = "none" | "v1" | "v2";

/** Auth settings of a site: the document of the version that governs. */
export interface SiteAuthentication {
  readonly version: AuthenticationVersion;
  readonly document: Readonly<Record<string, unknown>>;
}

/** One entry of `ipSecurityRestrictions`, as sent. */
export type AccessRule = Readonly<Record<string, unknown>>;

/** A function with another trigger than HTTP, by its bindings. */
export interface OtherFunction {
  readonly name: string;
  readonly bindings: readonly Readonly<Record<string, unknown>>[];
}

/** A Function App, or one of its deployment slots: a site of its own in all but its place. */
export interface Site {
  readonly id: string;
  readonly resourceGroup: string;
  /** Of a slot: `app/slot`. */
  readonly name: string;
  /** The name of the app that it is a slot of; `undefined`: it is the app itself. */
  readonly slotOf: string | undefined;
  readonly kind: string;
  readonly location: string;
  /** Set when it listens: `localhost:PORT`. */
  hostName: string;
  readonly customHostNames: readonly string[];
  state: string;
  readonly functions: readonly string[];
  readonly functionKey: string | undefined;
  /** Functions that no route leads to. */
  readonly otherFunctions: readonly OtherFunction[];
  readonly files: Readonly<Record<string, string>>;
  appSettings: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  /** Settable members of `properties`, besides those named here. */
  readonly properties: Record<string, unknown>;
  /** Members of config/web, besides the access rules. */
  readonly webConfig: Record<string, unknown>;
  /** Whether a user name and a password are enough to publish by each of the two ways. */
  readonly basicPublishing: { ftp: boolean; scm: boolean };
  authentication: SiteAuthentication;
  /** What a GET through ARM shows. */
  readonly readAuthentication: Propagated<SiteAuthentication>;
  /** What Easy Auth enforces. */
  readonly enforcedAuthentication: Propagated<SiteAuthentication>;
  accessRules: readonly AccessRule[];
  readonly enforcedAccessRules: Propagated<readonly AccessRule[]>;
}
