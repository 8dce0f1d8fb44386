import type { Principal } from "../http/message.ts";
import type { OperatorSeed, RegistrationSeed } from "./seed.ts";

/** An app registration, with the service principal that stands for it in the tenant. */
export interface Registration {
  readonly clientId: string;
  readonly displayName: string;
  readonly tokenVersion: 1 | 2;
  readonly identifierUris: readonly string[];
  readonly servicePrincipal: string | null;
  readonly assignmentRequired: boolean;
  readonly assignedPrincipals: readonly string[];
  readonly secret?: string;
}

/** The tenant's registrations and the identities that may sign in. */
export class Directory {
  readonly tenantId: string;
  readonly operator: Principal;
  readonly #registrations = new Map<string, Registration>();
  readonly #managedIdentities = new Map<string, Principal>();

  constructor(
    tenantId: string,
    operator: OperatorSeed,
    registrations: readonly RegistrationSeed[],
  ) {
    this.tenantId = tenantId;
    this.operator = { name: "operator", objectId: operator.objectId, clientId: operator.clientId };
    this.register({
      clientId: operator.clientId,
      displayName: "operator",
      servicePrincipal: operator.objectId,
    });
    for (const registration of registrations) this.register(registration);
  }

  /** Adds a registration, or replaces the one with its client id. */
  register(seed: RegistrationSeed): void {
    this.#registrations.set(seed.clientId.toLowerCase(), {
      clientId: seed.clientId,
      displayName: seed.displayName,
      tokenVersion: seed.tokenVersion ?? 1,
      identifierUris: seed.identifierUris ?? [],
      servicePrincipal: seed.servicePrincipal === undefined ? seed.clientId : seed.servicePrincipal,
      assignmentRequired: seed.assignmentRequired ?? false,
      assignedPrincipals: seed.assignedPrincipals ?? [],
      ...(seed.secret !== undefined && { secret: seed.secret }),
    });
  }

  registrations(): readonly Registration[] {
    return [...this.#registrations.values()];
  }

  registration(clientId: string): Registration | undefined {
    return this.#registrations.get(clientId.toLowerCase());
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
