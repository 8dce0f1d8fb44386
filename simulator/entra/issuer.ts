import { randomUUID } from "node:crypto";
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from "jose";
import type { Clock } from "../clock.ts";
import type { Principal } from "../http/message.ts";
import type { SimulatorSettings } from "../settings.ts";
import type { Directory } from "../world/directory.ts";
import { EntraError } from "./errors.ts";

interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** Claims by which a test makes a token wrong on purpose. */
export interface TokenOverrides {
  readonly audience?: string;
  readonly issuer?: string;
  readonly expiresInSeconds?: number;
  readonly notBeforeInSeconds?: number;
  readonly tokenVersion?: 1 | 2;
}

/** Known once everything listens. */
export interface IssuerAddresses {
  /** `https://localhost:PORT`, without a slash at the end. */
  readonly entra: () => string;
  /** The audiences of Microsoft's own services, which have no registration here. */
  readonly ownAudiences: () => readonly string[];
}

const BACKDATED_IN_SECONDS = 300;
const KEPT_TOKENS = 10_000;

/** The tenant's token issuer: signs access tokens, publishes its keys, checks signatures. */
export class Issuer {
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #settings: Readonly<SimulatorSettings>;
  /** Microsoft's own services, by the audience of their tokens. */
  readonly #ownAudiences: () => readonly string[];
  readonly #address: () => string;
  /** The latest tokens, for tests that look for them where none may be. */
  readonly #issued: string[] = [];
  /** The newest first; older keys stay published so that their tokens hold. */
  #keys: readonly SigningKey[];

  private constructor(
    keys: readonly SigningKey[],
    directory: Directory,
    clock: Clock,
    settings: Readonly<SimulatorSettings>,
    addresses: IssuerAddresses,
  ) {
    this.#keys = keys;
    this.#directory = directory;
    this.#clock = clock;
    this.#settings = settings;
    this.#address = addresses.entra;
    this.#ownAudiences = addresses.ownAudiences;
  }

  static async create(
    directory: Directory,
    clock: Clock,
    settings: Readonly<SimulatorSettings>,
    addresses: IssuerAddresses,
  ): Promise<Issuer> {
    return new Issuer([await createKey()], directory, clock, settings, addresses);
  }

  get tenantId(): string {
    return this.#directory.tenantId;
  }

  /** `https://localhost:PORT`, without a slash at the end. */
  address(): string {
    return this.#address();
  }

  /** The `iss` of tokens of a version, as Entra spells them on its own hosts. */
  issuerOf(version: 1 | 2): string {
    return version === 1
      ? `${this.#address()}/sts/${this.tenantId}/`
      : `${this.#address()}/${this.tenantId}/v2.0`;
  }

  /** Every token issued so far, or the latest of very many. */
  issued(): readonly string[] {
    return this.#issued;
  }

  publicKeys(): { keys: JWK[] } {
    return { keys: this.#keys.map((key) => key.jwk) };
  }

  /** Signs with a new key from now on; tokens of the old one stay valid. */
  async rotateKeys(): Promise<void> {
    this.#keys = [await createKey(), ...this.#keys];
  }

  /**
   * An access token for a resource.
   *
   * @param resource a client id, an identifier URI, or the audience of ARM or Microsoft Graph.
   * @throws EntraError 500011 when no such resource has a service principal, 501051 when it demands
   *   an assignment that the caller lacks.
   */
  async issue(
    principal: Principal,
    resource: string,
    overrides: TokenOverrides = {},
  ): Promise<{ token: string; expiresInSeconds: number }> {
    const target = this.#resolve(principal, resource);
    const version = overrides.tokenVersion ?? target.version;
    const now = Math.floor(this.#clock.now() / 1000);
    const expiresInSeconds = overrides.expiresInSeconds ?? this.#settings.tokenLifetimeInSeconds;
    const notBefore = now + (overrides.notBeforeInSeconds ?? -BACKDATED_IN_SECONDS);
    const key = this.#keys[0];
    if (!key) throw new Error("The issuer has no key.");
    const token = await new SignJWT({
      oid: principal.objectId,
      sub: principal.objectId,
      tid: this.tenantId,
      idtyp: "app",
      uti: randomUUID(),
      ...(version === 1
        ? { ver: "1.0", appid: principal.clientId, appidacr: "2" }
        : { ver: "2.0", azp: principal.clientId, azpacr: "2" }),
    })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(key.jwk.kid && { kid: key.jwk.kid }) })
      .setIssuer(overrides.issuer ?? this.issuerOf(version))
      .setAudience(overrides.audience ?? target.audience)
      .setIssuedAt(notBefore)
      .setNotBefore(notBefore)
      .setExpirationTime(now + expiresInSeconds)
      .sign(key.privateKey);
    this.#issued.push(token);
    if (this.#issued.length > KEPT_TOKENS) this.#issued.shift();
    return { token, expiresInSeconds };
  }

  /**
   * The claims of a token that this issuer signed and that is valid now. Audience and issuer are
   * for the caller to judge.
   *
   * @throws the errors of `jose`.
   */
  async verify(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, createLocalJWKSet(this.publicKeys()), {
      algorithms: ["RS256"],
      currentDate: new Date(this.#clock.now()),
    });
    return payload;
  }

  #resolve(principal: Principal, resource: string): { audience: string; version: 1 | 2 } {
    const own = resource.replace(/\/$/u, "");
    if (this.#ownAudiences().includes(own)) return { audience: own, version: 1 };
    const target = this.#directory.findResource(resource);
    if (!target || target.servicePrincipal === null) {
      throw new EntraError(
        "invalid_resource",
        500011,
        `The resource principal named ${resource} was not found in the tenant named ${this.tenantId}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
      );
    }
    if (target.assignmentRequired && !target.assignedPrincipals.includes(principal.objectId)) {
      throw new EntraError(
        "invalid_grant",
        501051,
        `Application '${principal.clientId}'(${principal.name}) is not assigned to a role for the application '${target.clientId}'(${target.displayName}).`,
      );
    }
    const audience = target.tokenVersion === 2 ? target.clientId : resource;
    return { audience, version: target.tokenVersion ?? 1 };
  }
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, jwk: { ...jwk, kid, use: "sig", alg: "RS256" } };
}
