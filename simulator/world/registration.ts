import { randomUUID } from "node:crypto";
import type { RegistrationSeed } from "./seed.ts";

/** An app registration, with the service principal that stands for it in the tenant. */
export interface Registration {
  /** The application's object id; nobody asks for tokens by it. */
  readonly id: string;
  readonly clientId: string;
  /** The name under which it was upserted; it never changes. */
  readonly uniqueName: string | null;
  readonly displayName: string;
  /** Whose accounts may sign in: `AzureADMyOrg` is this tenant alone. */
  readonly signInAudience: string;
  /** `api.requestedAccessTokenVersion`; null means 1. */
  readonly tokenVersion: 1 | 2 | null;
  readonly identifierUris: readonly string[];
  /** Object id of its service principal. */
  readonly servicePrincipal: string | null;
  readonly assignmentRequired: boolean;
  readonly assignedPrincipals: readonly string[];
  /** Client secrets by their key id, without the secrets themselves. */
  readonly passwords: readonly PasswordCredential[];
  readonly federatedCredentials: readonly FederatedCredential[];
  readonly secret?: string;
  /** Object id of who created it, and so owns it; nobody's when it stood there from the start. */
  readonly owner: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601; a deleted one can be restored, and keeps its unique name. */
  readonly deletedAt: string | null;
}

/** What Microsoft Graph shows of a client secret. */
export interface PasswordCredential {
  readonly keyId: string;
  readonly displayName: string | null;
  readonly startDateTime: string;
  readonly endDateTime: string;
}

/** A foreign identity that may sign in as the application. */
export interface FederatedCredential {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

/** A registration that somebody made long ago. */
export function registrationOf(seed: RegistrationSeed): Registration {
  return {
    id: randomUUID(),
    clientId: seed.clientId,
    uniqueName: null,
    displayName: seed.displayName,
    signInAudience: "AzureADMyOrg",
    tokenVersion: seed.tokenVersion ?? null,
    identifierUris: seed.identifierUris ?? [],
    servicePrincipal: seed.servicePrincipal === undefined ? seed.clientId : seed.servicePrincipal,
    assignmentRequired: seed.assignmentRequired ?? false,
    assignedPrincipals: seed.assignedPrincipals ?? [],
    passwords: [],
    federatedCredentials: [],
    owner: null,
    createdAt: "2024-01-01T00:00:00Z",
    deletedAt: null,
    ...(seed.secret !== undefined && { secret: seed.secret }),
  };
}
