import { jsonAnswer, isObject, type Answer } from "../http/message.ts";
import type { ApiManagementService } from "../world/service.ts";
import { parameter, type ArmCall } from "./call.ts";
import { pessimisticConcurrencyConflict, resourceNotFound } from "./errors.ts";
import {
  identityDocument,
  isSameIdentity,
  requestIdentity,
  restoreIdentity,
  applyIdentity,
} from "./service-identity.ts";

export const SERVICE_TYPE = "Microsoft.ApiManagement/service";

/**
 * The service that the path names.
 *
 * @throws ArmError 404.
 */
export function findService(call: ArmCall): ApiManagementService {
  const resourceGroup = parameter(call, "resourceGroup");
  const name = parameter(call, "service");
  const service = call.world.service(resourceGroup, name);
  if (!service) throw resourceNotFound(SERVICE_TYPE, name, resourceGroup);
  return service;
}

/** @throws ArmError 409 while the service itself is being updated. */
export function checkServiceIsIdle(service: ApiManagementService): void {
  if (service.targetProvisioningState !== "")
    throw pessimisticConcurrencyConflict("API Management service");
}

export function getService(call: ArmCall): Answer {
  return jsonAnswer(200, serviceDocument(call, findService(call)));
}

export function listServices(call: ArmCall): Answer {
  const resourceGroup = call.parameters["resourceGroup"]?.toLowerCase();
  const services = [...call.world.services.values()].filter(
    (one) => resourceGroup === undefined || one.resourceGroup.toLowerCase() === resourceGroup,
  );
  return jsonAnswer(200, { value: services.map((service) => serviceDocument(call, service)) });
}

/**
 * PATCH of a service. Nothing new: 200 at once. Otherwise 202, with a body that already says
 * `Succeeded`, and an operation to poll.
 */
export function updateService(call: ArmCall): Answer {
  const service = findService(call);
  const sent = isObject(call.body) ? call.body : {};
  const identity = requestIdentity(call, service, sent["identity"]);
  const properties = changedMembers(service.properties, sent["properties"]);
  const tags = isObject(sent["tags"]) ? changedMembers(service.tags, sent["tags"]) : {};
  const changesNothing =
    isSameIdentity(service.identity, identity) &&
    Object.keys(properties).length === 0 &&
    Object.keys(tags).length === 0;
  if (changesNothing) return jsonAnswer(200, serviceDocument(call, service));
  checkServiceIsIdle(service);
  const before = { identity: service.identity, properties: { ...service.properties } };
  applyIdentity(call, service, identity);
  Object.assign(service.properties, properties);
  service.tags = { ...service.tags, ...(tags as Record<string, string>) };
  service.etag = call.world.nextEtag();
  service.targetProvisioningState = "Updating";
  return accepted(call, service, () => {
    restoreIdentity(call.world, service, before.identity);
    Object.assign(service.properties, before.properties);
  });
}

function accepted(call: ArmCall, service: ApiManagementService, undo: () => void): Answer {
  const id = call.operations.begin(
    {
      succeed: () => {
        service.targetProvisioningState = "";
        service.provisioningState = "Succeeded";
      },
      fail: () => {
        undo();
        service.targetProvisioningState = "";
        service.provisioningState = "Failed";
        service.etag = call.world.nextEtag();
      },
      result: () => jsonAnswer(200, serviceDocument(call, service)),
    },
    call.trace.operationFault,
  );
  const base = `${call.address()}/subscriptions/${call.world.subscriptionId}/providers/Microsoft.ApiManagement/locations/${service.location.replace(/ /gu, "").toLowerCase()}`;
  const query = `?api-version=${call.apiVersion}`;
  return jsonAnswer(202, serviceDocument(call, service), {
    location: `${base}/operationResults/${id}${query}`,
    ...(call.settings.asyncOperationHeader && {
      "azure-asyncoperation": `${base}/operationStatuses/${id}${query}`,
    }),
    ...call.operations.retryAfter(),
  });
}

function changedMembers(
  current: Readonly<Record<string, unknown>>,
  sent: unknown,
): Record<string, unknown> {
  if (!isObject(sent)) return {};
  return Object.fromEntries(
    Object.entries(sent).filter(
      ([name, value]) => JSON.stringify(current[name]) !== JSON.stringify(value),
    ),
  );
}

function serviceDocument(call: ArmCall, service: ApiManagementService): Record<string, unknown> {
  const hostName = new URL(service.gatewayUrl).host;
  return {
    id: service.id,
    name: service.name,
    type: SERVICE_TYPE,
    tags: service.tags,
    location: service.location,
    etag: service.etag,
    properties: {
      publisherEmail: "api@contoso.example",
      publisherName: "Contoso",
      notificationSenderEmail: "apimgmt-noreply@mail.windowsazure.com",
      createdAtUtc: "2026-01-12T09:30:00.0000000Z",
      gatewayRegionalUrl: null,
      developerPortalUrl: null,
      managementApiUrl: null,
      privateIPAddresses: null,
      virtualNetworkConfiguration: null,
      customProperties: {
        "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10": "False",
      },
      virtualNetworkType: "None",
      certificates: null,
      disableGateway: false,
      publicNetworkAccess: "Enabled",
      platformVersion: "stv2.1",
      ...service.properties,
      provisioningState: service.provisioningState,
      targetProvisioningState: service.targetProvisioningState,
      gatewayUrl: service.gatewayUrl,
      hostnameConfigurations: [
        {
          type: "Proxy",
          hostName,
          encodedCertificate: null,
          keyVaultId: null,
          certificatePassword: null,
          negotiateClientCertificate: false,
          certificate: null,
          defaultSslBinding: true,
          identityClientId: null,
          certificateSource: "BuiltIn",
        },
      ],
    },
    sku: { name: service.sku, capacity: service.sku === "Consumption" ? 0 : 1 },
    identity: identityDocument(call.world, service.identity),
    zones: null,
    systemData: {
      createdBy: "owner@contoso.example",
      createdByType: "User",
      createdAt: "2026-01-12T09:30:00.0000000Z",
      lastModifiedBy: "owner@contoso.example",
      lastModifiedByType: "User",
      lastModifiedAt: "2026-01-12T09:30:00.0000000Z",
    },
  };
}
