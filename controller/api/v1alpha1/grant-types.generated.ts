// Generated from crds/ by `npm run generate`. Do not edit.

/** Says which namespaces may name which Azure resources, audiences and identities. There is one, named cluster, which lists all grants; what no grant allows is refused and causes no request to Azure. Whoever may write it decides what the controller's identity is used for. */
export interface AzureScopeGrant {
  apiVersion: "securedbackend.dev/v1alpha1";
  kind: "AzureScopeGrant";
  metadata: ObjectMetadata;
  spec: AzureScopeGrantSpec;
}

/** The part of the standard object metadata that is read here; what else a manifest holds stays in it. */
export interface ObjectMetadata {
  name: string;
  uid?: string;
  generation?: number;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** What is allowed. Everything else is not. */
export interface AzureScopeGrantSpec {
  /** The grants. A SecuredFunctionBackend is allowed when one of them covers it wholly; parts of several are never put together. An empty list allows nothing. */
  grants: Grant[];
}

/** One grant. Every namespace in it may combine every scope, audience and identity in it, so what must not be combined belongs in different grants. */
export interface Grant {
  /** Name of the grant, which messages to the tenants call it by: lower-case letters, digits and hyphens. */
  name: string;
  /** For whom it is. A namespace belongs to it when names lists it or selector selects it. */
  namespaces: GrantedNamespaces;
  /** The Azure resources that may be named, each with everything in it. The Function App, or slot, and every API of an object must lie in one of them. Compared segment by segment, without regard to the case of ASCII letters. */
  scopes: string[];
  /** For whom the gateways may be made to ask tokens. */
  audiences: GrantedAudiences;
  /** The identities with which the gateways may be made to ask tokens. */
  identities: GrantedIdentities;
}

/** For whom it is. A namespace belongs to it when names lists it or selector selects it. */
export interface GrantedNamespaces {
  /** Namespaces by name. */
  names: string[];
  /** Namespaces by label, as everywhere in Kubernetes: all of matchLabels and matchExpressions must hold. Use only labels that tenants cannot set: whoever may write one chooses the grant. kubernetes.io/metadata.name is set by the API server alone. */
  selector?: LabelSelector;
}

/** Namespaces by label, as everywhere in Kubernetes: all of matchLabels and matchExpressions must hold. Use only labels that tenants cannot set: whoever may write one chooses the grant. kubernetes.io/metadata.name is set by the API server alone. */
export interface LabelSelector {
  /** Labels with the value that each must have. */
  matchLabels: Record<string, string>;
  /** Statements about labels. */
  matchExpressions: LabelExpression[];
}

/** One statement about a label. */
export interface LabelExpression {
  /** The label. */
  key: string;
  /** What must hold. NotIn and DoesNotExist hold for namespaces without the label too. */
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /** The values that In and NotIn speak of. */
  values: string[];
}

/** For whom the gateways may be made to ask tokens. */
export interface GrantedAudiences {
  /** App registrations that registration.clientId may name. */
  clientIds: string[];
  /** Whether registration.clientId may be left out. The controller then creates a registration for the Function App, of which tenants choose nothing. Default: "Deny". */
  managedRegistrations: "Allow" | "Deny";
}

/** The identities with which the gateways may be made to ask tokens. */
export interface GrantedIdentities {
  /** Whether the API Management services' own identities may be used. Every API of a service shares them. Default: "Deny". */
  systemAssigned: "Allow" | "Deny";
  /** User-assigned identities that may be used, and attached to the services. */
  userAssigned: string[];
}
