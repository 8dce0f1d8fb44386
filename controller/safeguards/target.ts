import type {
  SecuredFunctionBackend,
  SecuredFunctionBackendSpec,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import type { PolicyStatements } from "../policy/policy.ts";
import { apiId, sameResource, serviceId, siteId } from "../azure/resource-ids.ts";

/** What an object speaks of, with the Azure ids worked out. */
export interface Target {
  readonly spec: SecuredFunctionBackendSpec;
  /** Of the Function App, or of the slot that the spec names. */
  readonly siteId: string;
  readonly apis: readonly TargetApi[];
  /** The services of the APIs, each once. */
  readonly serviceIds: readonly string[];
  /** Operations that an earlier pass began and nobody has seen the end of. */
  readonly operations: readonly PendingOperation[];
  /** When this pass looks, in milliseconds since the epoch. */
  readonly now: number;
  /** What an earlier pass wrote into a policy, by the policy's id. */
  readonly written: (policyId: string) => PolicyStatements | undefined;
}

export interface TargetApi {
  readonly id: string;
  readonly serviceId: string;
  readonly name: string;
}

export interface PendingOperation {
  readonly resourceId: string;
  readonly url: string;
  /** RFC 3339. */
  readonly startedAt: string;
}

/** Works out the ids of everything that an object names. */
export function targetOf(
  object: Pick<SecuredFunctionBackend, "spec">,
  status: Pick<SecuredFunctionBackendStatus, "operations"> | undefined,
  now: number,
  written: Target["written"] = () => undefined,
): Target {
  const apis = object.spec.apis.map((api) => ({
    id: apiId(api),
    serviceId: serviceId(api),
    name: api.name,
  }));
  return {
    spec: object.spec,
    siteId: siteId(object.spec.functionApp),
    apis,
    serviceIds: apis
      .map((api) => api.serviceId)
      .filter((id, index, ids) => ids.findIndex((other) => sameResource(other, id)) === index),
    operations: status?.operations ?? [],
    now,
    written,
  };
}
