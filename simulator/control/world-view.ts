import type { World } from "../world/world.ts";

/** The state of the world as plain data, for people and for tests. Holds no secrets. */
export function describeWorld(world: World): Record<string, unknown> {
  return {
    tenantId: world.tenantId,
    subscriptionId: world.subscriptionId,
    resourceGroups: world.resourceGroups,
    locks: world.locks,
    policyDenials: world.policyDenials,
    deniedActions: world.deniedActions,
    graphPermissions: world.graphPermissions,
    registrations: world.directory.registrations().map(({ secret: _secret, ...shown }) => shown),
    functionApps: [...world.sites.values()].map((site) => ({
      id: site.id,
      hostName: site.hostName,
      state: site.state,
      authentication: site.authentication,
      ipSecurityRestrictions: site.accessRules,
    })),
    services: [...world.services.values()].map((service) => ({
      id: service.id,
      gatewayUrl: service.gatewayUrl,
      identity: {
        system: service.identity.system ?? null,
        userAssigned: Object.fromEntries(service.identity.userAssigned),
      },
      policy: service.policy.stored?.text ?? null,
      apis: [...service.apis.values()].map((api) => ({
        name: api.name,
        path: api.properties.path,
        serviceUrl: api.properties.serviceUrl,
        currentRevision: api.currentRevision,
        revisions: [...api.revisions.values()].map((revision) => ({
          revision: revision.revision,
          isOnline: revision.isOnline,
          policy: revision.policy.stored?.text ?? null,
          operations: [...revision.operations.values()].map((operation) => ({
            name: operation.name,
            policy: operation.policy.stored?.text ?? null,
          })),
        })),
      })),
    })),
  };
}
