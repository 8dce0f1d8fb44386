import type { Door, OperationState, Principal, Service } from "../azure/door.ts";
import { AzureError } from "../azure/errors.ts";
import { nameOf, sameResource } from "../azure/resource-ids.ts";
import type { Identity } from "../api/v1alpha1/types.generated.ts";
import {
  defineSafeguard,
  KNOWN_AFTER_APPLY,
  type Assessment,
  type Change,
  type GatewayFacts,
  type Obstacle,
  type ServiceIdentity,
} from "./safeguard.ts";
import type { PendingOperation, Target } from "./target.ts";

/** Terraform allows API Management three hours for an update; after that nobody is working on it. */
const LONGEST_OPERATION_IN_MS = 3 * 60 * 60 * 1000;

interface ObservedService {
  readonly service: Service;
  /** The service's own identity, when it has one. */
  readonly system: Principal | undefined;
  readonly operation: ObservedOperation | undefined;
}

interface ObservedOperation extends OperationState {
  readonly overdue: boolean;
}

/** The API Management services have the identity with which they call the function. */
export const managedIdentity = defineSafeguard<readonly ObservedService[], Identity>({
  name: "managed-identity",
  condition: "IdentityReady",
  needs: [],
  actions: [
    "Microsoft.ApiManagement/service/read",
    "Microsoft.ApiManagement/service/write",
    "Microsoft.ApiManagement/service/operationresults/read",
    "Microsoft.ManagedIdentity/identities/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
  ],
  resources: (target) => target.serviceIds,

  async observe(door, target) {
    return await Promise.all(
      target.serviceIds.map(async (id) => {
        const service = await door.apiManagement.getService(id);
        const pending = target.operations.find(({ resourceId }) => sameResource(resourceId, id));
        return {
          service,
          system: service.identityTypes.includes("SystemAssigned")
            ? await door.apiManagement.getSystemIdentity(id)
            : undefined,
          operation: pending && (await observeOperation(door, pending, target)),
        };
      }),
    );
  },

  establish: (observed, { spec }) => ({
    gateways: observed.map((each) => gatewayFacts(each, spec.identity)),
  }),

  desire: ({ spec }) => spec.identity,

  compare(desired, observed): Assessment {
    const obstacles = observed.map((each) => obstacleTo(desired, each));
    const changes = observed
      .filter((_, index) => obstacles[index] === undefined)
      .flatMap((each) => missingIdentity(desired, each.service));
    const obstacle =
      obstacles.find((each) => each?.kind === "blocked") ??
      obstacles.find((each) => each !== undefined);
    return { changes, notes: [], ...(obstacle && { obstacle }) };
  },
});

/**
 * How far an operation is. Undefined when Azure no longer knows it, or lets its own address not be read,
 * which may lie outside of the scope of the operator's role: then the service's states must do.
 */
async function observeOperation(
  door: Door,
  operation: PendingOperation,
  target: Target,
): Promise<ObservedOperation | undefined> {
  try {
    const state = await door.apiManagement.getOperation(operation.resourceId, operation.url);
    return { ...state, overdue: isOverdue(operation, target) };
  } catch (error) {
    if (error instanceof AzureError && (error.status === 404 || error.status === 403)) {
      return undefined;
    }
    throw error;
  }
}

function isOverdue(operation: PendingOperation, { now }: Target): boolean {
  return now - Date.parse(operation.startedAt) > LONGEST_OPERATION_IN_MS;
}

function gatewayFacts({ service, system }: ObservedService, identity: Identity): GatewayFacts {
  const { principalId, clientId } =
    (identity.type === "SystemAssigned" ? system : userAssigned(service, identity)) ?? {};
  return {
    serviceId: service.id,
    principalId: principalId ?? KNOWN_AFTER_APPLY,
    clientId: clientId ?? KNOWN_AFTER_APPLY,
    tenantId: system?.tenantId ?? service.tenantId,
    url: service.gatewayUrl,
    hosts: service.gatewayHosts,
    identities: identitiesOf(service, system),
  };
}

function identitiesOf(service: Service, system: Principal | undefined): readonly ServiceIdentity[] {
  const userAssigned = service.userAssignedIdentities.flatMap(({ principalId, clientId }) =>
    principalId === undefined || clientId === undefined
      ? []
      : [{ type: "UserAssigned" as const, principalId, clientId }],
  );
  if (system === undefined) return userAssigned;
  const { principalId, clientId } = system;
  return [{ type: "SystemAssigned", principalId, clientId }, ...userAssigned];
}

function userAssigned(service: Service, identity: Identity) {
  return service.userAssignedIdentities.find(({ resourceId }) =>
    sameResource(resourceId, identity.resourceId ?? ""),
  );
}

function hasIdentity(service: Service, identity: Identity): boolean {
  return identity.type === "SystemAssigned"
    ? service.identityTypes.includes("SystemAssigned")
    : userAssigned(service, identity) !== undefined;
}

function obstacleTo(desired: Identity, each: ObservedService): Obstacle | undefined {
  const { service, operation } = each;
  const name = nameOf(service.id);
  const { principalId, clientId } = gatewayFacts(each, desired);
  const areIdsKnown = principalId !== KNOWN_AFTER_APPLY && clientId !== KNOWN_AFTER_APPLY;
  const settled = hasIdentity(service, desired) && areIdsKnown;
  const running = operation?.state === "InProgress";

  if (running && operation.overdue) {
    return {
      kind: "blocked",
      reason: "OperationFailed",
      message: `API Management ${name} has been busy with its identity for more than 3 hours. Look at the service in the portal; change the spec or ask for a pass to try again.`,
    };
  }
  if (running || (!settled && isBusy(service))) {
    return {
      kind: "waiting",
      reason: "GatewayBusy",
      message: `API Management ${name} is being updated; this can take from a minute to 45 minutes.`,
      retryAfterInMs: operation?.retryAfterInMs,
    };
  }
  if (settled) return undefined;
  if (operation?.state === "Failed") {
    return {
      kind: "blocked",
      reason: "OperationFailed",
      message: `API Management ${name} could not turn its identity on: ${operation.message ?? "no reason given"}`,
    };
  }
  if (hasIdentity(service, desired)) {
    return {
      kind: "waiting",
      reason: "IdentityNotYetKnown",
      message: `The identity of API Management ${name} exists, and its ids are not readable yet.`,
    };
  }
  if (desired.management === "Require") {
    return {
      kind: "blocked",
      reason: "IdentityMissing",
      message: `API Management ${name} lacks the identity, and identity.management: Require forbids turning it on. Turn it on yourself, or set Ensure.`,
    };
  }
  return undefined;
}

/**
 * The body of a PATCH already says Succeeded while the service works on it: look at both states. One
 * whose last change failed is at rest, and another change is what mends it.
 */
function isBusy({ provisioningState, targetProvisioningState }: Service): boolean {
  const isAtRest = [undefined, "Succeeded", "Failed"].includes(provisioningState);
  return !isAtRest || targetProvisioningState !== undefined;
}

/**
 * The change that adds the identity. A PATCH replaces the identities as a whole: those that others
 * use are listed too, with empty bodies, since read-only members sent back are refused
 * (Azure/terraform-provider-azapi issue 682).
 */
function missingIdentity(desired: Identity, service: Service): readonly Change[] {
  if (hasIdentity(service, desired)) return [];
  const resourceIds = service.userAssignedIdentities.map(({ resourceId }) => resourceId);
  if (desired.type === "UserAssigned") resourceIds.push(desired.resourceId ?? "");
  const types = ["SystemAssigned", "UserAssigned"].filter(
    (type) => type === desired.type || service.identityTypes.includes(type),
  );
  const wanted = desired.type === "SystemAssigned" ? desired.type : (desired.resourceId ?? "");
  return [
    {
      safeguard: "managed-identity",
      resource: service.id,
      path: `managed-identity:/identity/${desired.type === "SystemAssigned" ? "type" : "userAssignedIdentities"}`,
      desired: wanted,
      observed: service.identityTypes.join(", ") || "None",
      danger: "Hardens",
      patch: {
        kind: "service-identity",
        identity: {
          type: types.join(", "),
          ...(resourceIds.length > 0 && {
            userAssignedIdentities: Object.fromEntries(resourceIds.map((id) => [id, {}])),
          }),
        },
      },
    },
  ];
}
