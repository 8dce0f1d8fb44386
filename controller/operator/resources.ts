import type { AzureScopeGrant } from "../api/v1alpha1/grant-types.generated.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { Resource } from "../kubernetes/resource.ts";

/** The resources of the API server that the operator works with, besides leases and events. */

export const BACKENDS: Resource<SecuredFunctionBackend> = {
  group: "securedbackend.dev",
  version: "v1alpha1",
  plural: "securedfunctionbackends",
  kind: "SecuredFunctionBackend",
  isNamespaced: true,
};

export const GRANTS: Resource<AzureScopeGrant> = {
  group: "securedbackend.dev",
  version: "v1alpha1",
  plural: "azurescopegrants",
  kind: "AzureScopeGrant",
  isNamespaced: false,
};

/** A namespace, of which only its labels and its uid are read. */
export const NAMESPACES: Resource = {
  group: "",
  version: "v1",
  plural: "namespaces",
  kind: "Namespace",
  isNamespaced: false,
};

/** A Secret as the API server stores it: `data` in base64. */
export interface Secret extends KubernetesObject {
  readonly type?: string;
  readonly data?: { readonly [key: string]: string };
}

export const SECRETS: Resource<Secret> = {
  group: "",
  version: "v1",
  plural: "secrets",
  kind: "Secret",
  isNamespaced: true,
};
