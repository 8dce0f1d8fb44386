import { applicationId, managedUniqueName, servicePrincipalId } from "../azure/directory-ids.ts";
import type { Application, Door, ServicePrincipal } from "../azure/door.ts";
import type { JsonObject } from "../azure/json.ts";
import { sameResource, siteNamesOf } from "../azure/resource-ids.ts";
import { askForToken, lacksServicePrincipal, type TokenAnswer } from "./registration-token.ts";
import {
  KNOWN_AFTER_APPLY,
  type Assessment,
  type Change,
  type Facts,
  type Note,
  type Obstacle,
} from "./safeguard.ts";
import type { Target } from "./target.ts";

/** For so long what was written to the directory may stay unseen before it is written again. */
const LONGEST_REPLICATION_IN_MS = 15 * 60 * 1000;

/** Tokens of this tenant alone, of the second version: their audience is always the client id. */
const DESIRED = { signInAudience: "AzureADMyOrg", tokenVersion: "V2" } as const;

/** What was seen of the registration that is managed for a function. */
export interface ObservedManagedRegistration extends TokenAnswer {
  readonly authorityHost: string;
  readonly siteName: string;
  readonly uniqueName: string;
  readonly application: Application | undefined;
  readonly servicePrincipal: ServicePrincipal | undefined;
  /** Ids of what an earlier pass wrote, so lately that it may not be seen yet. */
  readonly fresh: readonly string[];
}

/** Looks at the application that is managed for the function, and asks for a token where it can be. */
export async function observeManagedRegistration(
  door: Door,
  { siteId, operations, now }: Target,
): Promise<ObservedManagedRegistration> {
  const uniqueName = managedUniqueName(siteId);
  const application = await door.graph.getApplication(uniqueName);
  const servicePrincipal =
    application && (await door.graph.getServicePrincipal(application.clientId));
  const answer = servicePrincipal && (await askForToken(door, servicePrincipal.clientId));
  return {
    authorityHost: door.entra.authorityHost,
    siteName: siteNameOf(siteId),
    uniqueName,
    application,
    servicePrincipal,
    token: answer?.token,
    refusal: answer?.refusal,
    fresh: operations
      .filter(({ startedAt }) => now - Date.parse(startedAt) < LONGEST_REPLICATION_IN_MS)
      .map(({ resourceId }) => resourceId),
  };
}

/**
 * What the others need to know of it. The audience is told once the service principal was seen: no
 * gateway gets a token before. Its version needs no token to be known, since it is kept at 2.
 */
export function managedRegistrationFacts({
  authorityHost,
  servicePrincipal,
  token,
  refusal,
}: ObservedManagedRegistration): Facts["registration"] {
  if (servicePrincipal === undefined) {
    return {
      audience: KNOWN_AFTER_APPLY,
      tenantId: KNOWN_AFTER_APPLY,
      issuer: KNOWN_AFTER_APPLY,
      token: undefined,
    };
  }
  const { clientId, tenantId } = servicePrincipal;
  const issuer = `${authorityHost.replace(/\/$/, "")}/${tenantId}/v2.0`;
  return { audience: clientId, tenantId, issuer, token, refusal };
}

/** What is to be done about a managed registration: made, waited for, put right, or told about. */
export function compareManagedRegistration(
  gateways: Facts["gateways"],
  observed: ObservedManagedRegistration,
): Assessment {
  const { application, servicePrincipal } = observed;
  if (application === undefined) {
    const id = applicationId(observed.uniqueName);
    return isFresh(observed, id)
      ? { changes: [], notes: [], obstacle: notYetSeen("app registration") }
      : { changes: [newApplication(observed, id)], notes: [] };
  }
  const notes = foundCredentials(application);
  const drift = driftOf(application, observed.uniqueName);
  const id = servicePrincipalId(application.clientId);
  if (servicePrincipal === undefined) {
    return isFresh(observed, id)
      ? { changes: drift, notes, obstacle: notYetSeen("service principal") }
      : { changes: [...drift, newServicePrincipal(application, id)], notes };
  }
  const obstacle = obstacleToUse(gateways, observed, servicePrincipal);
  return { changes: drift, notes, ...(obstacle && { obstacle }) };
}

/** As people know it: `app`, or `app/slot`. */
function siteNameOf(siteId: string): string {
  const { name, slot } = siteNamesOf(siteId);
  return slot === undefined ? name : `${name}/${slot}`;
}

function isFresh({ fresh }: ObservedManagedRegistration, id: string): boolean {
  return fresh.some((written) => sameResource(written, id));
}

function notYetSeen(what: string): Obstacle {
  return {
    kind: "waiting",
    reason: "RegistrationNotYetKnown",
    message: `The ${what} was created, and is not seen everywhere in Entra yet; this takes seconds to minutes.`,
  };
}

function obstacleToUse(
  gateways: Facts["gateways"],
  observed: ObservedManagedRegistration,
  { clientId, tenantId }: ServicePrincipal,
): Obstacle | undefined {
  const foreign = gateways.find(
    (gateway) => gateway.tenantId !== undefined && !sameResource(gateway.tenantId, tenantId),
  );
  if (foreign !== undefined) {
    return {
      kind: "blocked",
      reason: "TenantMismatch",
      message: `The operator creates registrations in tenant ${tenantId}, and ${foreign.serviceId} gets its tokens from tenant ${foreign.tenantId}. Run the operator with an identity of that tenant, or give registration.clientId.`,
    };
  }
  if (!lacksServicePrincipal(observed)) return undefined;
  if (isFresh(observed, servicePrincipalId(clientId))) return notYetSeen("service principal");
  return {
    kind: "blocked",
    reason: "ServicePrincipalMissing",
    message: `Microsoft Graph shows the service principal of ${clientId}, and Entra gives no token for it, so no gateway would get one. It is looked at again. (${observed.refusal})`,
  };
}

function newApplication({ uniqueName, siteName }: ObservedManagedRegistration, id: string): Change {
  return {
    ...changeOf(id, "/uniqueName", uniqueName, undefined, "Hardens"),
    patch: {
      kind: "application",
      uniqueName,
      members: {
        displayName: `Function App ${siteName} (secured function backend)`,
        signInAudience: DESIRED.signInAudience,
        ...TOKEN_VERSION,
      },
    },
  };
}

const TOKEN_VERSION: JsonObject = { api: { requestedAccessTokenVersion: 2 } };

function newServicePrincipal({ clientId }: Application, id: string): Change {
  return {
    ...changeOf(id, "/servicePrincipal", clientId, undefined, "Hardens"),
    patch: { kind: "service-principal", clientId },
  };
}

/** A wider audience admits accounts of other tenants; another version keeps the gateways out. */
function driftOf(
  { id: objectId, signInAudience, tokenVersion }: Application,
  uniqueName: string,
): readonly Change[] {
  const id = applicationId(uniqueName);
  const patch = (members: JsonObject) =>
    ({ kind: "application", uniqueName, id: objectId, members }) as const;
  const changes: Change[] = [];
  if (signInAudience !== DESIRED.signInAudience) {
    changes.push({
      ...changeOf(id, "/signInAudience", DESIRED.signInAudience, signInAudience, "Weakens"),
      patch: patch({ signInAudience: DESIRED.signInAudience }),
    });
  }
  if (tokenVersion !== DESIRED.tokenVersion) {
    const path = "/api/requestedAccessTokenVersion";
    changes.push({
      ...changeOf(id, path, DESIRED.tokenVersion, tokenVersion, "Hardens"),
      patch: patch(TOKEN_VERSION),
    });
  }
  return changes;
}

function changeOf(
  resource: string,
  pointer: string,
  desired: string,
  observed: string | undefined,
  danger: Change["danger"],
): Omit<Change, "patch"> {
  const path = `app-registration:${pointer}`;
  return { safeguard: "app-registration", resource, path, desired, observed, danger };
}

/** Whoever holds a credential of the application can sign in as it. Taking one away is its owner's to do. */
function foundCredentials({ clientId, credentials }: Application): readonly Note[] {
  if (credentials.length === 0) return [];
  return [
    {
      code: "registration-credentials",
      message: `The registration ${clientId} needs no credential and has ${credentials.join(", ")}: whoever holds it can sign in as the function's registration. Remove it unless you know what it is for.`,
    },
  ];
}
