import type { ApiReference, FunctionAppReference } from "../api/v1alpha1/types.generated.ts";
import type { Api, Door, Principal, Service } from "../azure/door.ts";
import type { JsonObject } from "../azure/json.ts";
import { apiId, sameResource, serviceId, siteId } from "../azure/resource-ids.ts";

/** A Function App and the APIs before it, as they stand in Azure. */
export interface ObservedPair {
  readonly functionApp: FunctionAppReference;
  /** The `properties` of authsettingsV2, raw. */
  readonly settings: JsonObject;
  /** The `properties` of `config/web`, raw. */
  readonly webConfig: JsonObject;
  readonly apis: readonly ObservedApi[];
  /** The services of the APIs, each once. */
  readonly services: readonly ObservedService[];
}

/** An API with the policy of its current revision. */
export interface ObservedApi {
  readonly reference: ApiReference;
  readonly keyNames: Api["keyNames"];
  readonly policy: string | undefined;
}

/** An API Management service, with its own identity when it has one. */
export interface ObservedService {
  readonly service: Service;
  readonly system: Principal | undefined;
}

/**
 * Reads a pair. Nothing is written.
 * @throws {AzureError} when one of its parts does not exist, or cannot be read.
 */
export async function observePair(
  { apiManagement, webApps }: Pick<Door, "apiManagement" | "webApps">,
  functionApp: FunctionAppReference,
  apis: readonly ApiReference[],
): Promise<ObservedPair> {
  const site = siteId(functionApp);
  const serviceIds = apis
    .map(serviceId)
    .filter((id, index, ids) => ids.findIndex((other) => sameResource(other, id)) === index);
  // First, so that a wrong id is what the error speaks of.
  await webApps.getSite(site);
  const [settings, webConfig, observedApis, services] = await Promise.all([
    webApps.getAuthSettings(site),
    webApps.getWebConfig(site),
    Promise.all(
      apis.map(async (reference) => ({
        reference,
        keyNames: (await apiManagement.getApi(apiId(reference))).keyNames,
        policy: (await apiManagement.getPolicy(apiId(reference)))?.text,
      })),
    ),
    Promise.all(
      serviceIds.map(async (id) => {
        const service = await apiManagement.getService(id);
        const hasSystem = service.identityTypes.includes("SystemAssigned");
        return {
          service,
          system: hasSystem ? await apiManagement.getSystemIdentity(id) : undefined,
        };
      }),
    ),
  ]);
  return { functionApp, settings, webConfig, apis: observedApis, services };
}
