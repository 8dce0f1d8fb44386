import type { Clock } from "../clock.ts";
import type { Issuer } from "../entra/issuer.ts";
import type { Principal } from "../http/message.ts";
import type { SimulatorSettings } from "../settings.ts";
import type { ApiManagementService } from "../world/service.ts";

interface CachedToken {
  readonly token: string;
  readonly expiresAt: number;
}

/** Tokens of a gateway's managed identities, kept until they expire. */
export class GatewayTokens {
  readonly #issuer: Issuer;
  readonly #clock: Clock;
  readonly #settings: Readonly<SimulatorSettings>;
  readonly #cache = new Map<string, CachedToken>();

  constructor(issuer: Issuer, clock: Clock, settings: Readonly<SimulatorSettings>) {
    this.#issuer = issuer;
    this.#clock = clock;
    this.#settings = settings;
  }

  /**
   * A token of the service's identity for a resource.
   *
   * @param clientId of a user-assigned identity; absent: the system-assigned one.
   * @throws EntraError or Error when there is no such identity or no such resource.
   */
  async get(
    service: ApiManagementService,
    resource: string,
    clientId: string | undefined,
  ): Promise<string> {
    const principal = identityOf(service, clientId);
    const key = `${principal.objectId} ${resource}`.toLowerCase();
    const cached = this.#cache.get(key);
    if (this.#settings.gatewayCachesTokens && cached && cached.expiresAt > this.#clock.now()) {
      return cached.token;
    }
    const { token, expiresInSeconds } = await this.#issuer.issue(principal, resource);
    this.#cache.set(key, { token, expiresAt: this.#clock.now() + expiresInSeconds * 1000 });
    return token;
  }
}

function identityOf(service: ApiManagementService, clientId: string | undefined): Principal {
  const { system, userAssigned } = service.identity;
  const pair =
    clientId === undefined
      ? system
      : [...userAssigned.values()].find(
          (one) => one.clientId.toLowerCase() === clientId.toLowerCase(),
        );
  if (!pair) {
    throw new Error(
      clientId === undefined
        ? `Service ${service.name} has no system-assigned identity.`
        : `Service ${service.name} has no identity with client id ${clientId}.`,
    );
  }
  return { name: service.name, objectId: pair.principalId, clientId: pair.clientId };
}
