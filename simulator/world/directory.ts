import type { Clock } from "../clock.ts";
import type { Principal } from "../http/message.ts";
import { Propagated } from "../propagated.ts";
import { registrationOf, type Registration } from "./registration.ts";
import type { OperatorSeed, RegistrationSeed } from "./seed.ts";

/** A registration as it was written, and as it is seen: a directory tells its parts in time. */
interface Entry {
  stored: Registration;
  readonly seen: Propagated<Registration | undefined>;
}

/** The tenant's registrations and the identities that may sign in. */
export class Directory {
  readonly tenantId: string;
  readonly operator: Principal;
  readonly #clock: Clock;
  /** By client id in lower case. */
  readonly #entries = new Map<string, Entry>();
  readonly #managedIdentities = new Map<string, Principal>();

  constructor(
    tenantId: string,
    operator: OperatorSeed,
    registrations: readonly RegistrationSeed[],
    clock: Clock,
  ) {
    this.tenantId = tenantId;
    this.#clock = clock;
    this.operator = { name: "operator", objectId: operator.objectId, clientId: operator.clientId };
    this.register({
      clientId: operator.clientId,
      displayName: "operator",
      servicePrincipal: operator.objectId,
    });
    for (const registration of registrations) this.register(registration);
  }

  /** Adds a registration, or replaces the one with its client id; seen at once. */
  register(seed: RegistrationSeed): void {
    this.write(registrationOf(seed), 0);
  }

  /** Stores a registration; readers and the token endpoint see it after `delayInMs`. */
  write(registration: Registration, delayInMs: number): void {
    const key = registration.clientId.toLowerCase();
    const entry = this.#entries.get(key) ?? {
      stored: registration,
      seen: new Propagated<Registration | undefined>(this.#clock, undefined),
    };
    entry.stored = registration;
    entry.seen.set(registration, delayInMs);
    this.#entries.set(key, entry);
  }

  /** Takes a registration out for good; its unique name is free again. */
  purge({ clientId }: Registration): void {
    this.#entries.delete(clientId.toLowerCase());
  }

  /** Everything that was ever written, also what is not seen yet, and what was deleted. */
  stored(): readonly Registration[] {
    return [...this.#entries.values()].map((entry) => entry.stored);
  }

  /** What is seen and not deleted. */
  registrations(): readonly Registration[] {
    return [...this.#entries.values()].flatMap(({ seen }) => {
      const registration = seen.get();
      return registration === undefined || registration.deletedAt !== null ? [] : [registration];
    });
  }

  registration(clientId: string): Registration | undefined {
    const wanted = clientId.toLowerCase();
    return this.registrations().find((one) => one.clientId.toLowerCase() === wanted);
  }

  /** The registration that a token's audience names: a client id or an identifier URI. */
  findResource(audience: string): Registration | undefined {
    const wanted = audience.toLowerCase();
    return this.registrations().find(
      (one) =>
        one.clientId.toLowerCase() === wanted ||
        one.identifierUris.some((uri) => uri.toLowerCase() === wanted),
    );
  }

  addManagedIdentity(identity: Principal): void {
    this.#managedIdentities.set(identity.clientId.toLowerCase(), identity);
  }

  removeManagedIdentity(clientId: string): void {
    this.#managedIdentities.delete(clientId.toLowerCase());
  }

  /** Who a client id is in this tenant: a managed identity or a registration's service principal. */
  principal(clientId: string): Principal | undefined {
    const managed = this.#managedIdentities.get(clientId.toLowerCase());
    if (managed) return managed;
    const registration = this.registration(clientId);
    if (!registration || registration.servicePrincipal === null) return undefined;
    return {
      name: registration.displayName,
      objectId: registration.servicePrincipal,
      clientId: registration.clientId,
    };
  }
}
