// Generated from crds/ by `npm run generate`. Do not edit.

import type { StructuralSchema } from "./structural-schema.ts";

export const API_VERSION = "securedbackend.dev/v1alpha1";

export const KIND = "AzureScopeGrant";

export const PLURAL = "azurescopegrants";

/** The resource's structural schema, with defaults and CEL rules, as it is given to the API server. */
export const RESOURCE_SCHEMA: StructuralSchema = {
  "type": "object",
  "description": "Says which namespaces may name which Azure resources, audiences and identities. There is one, named cluster, which lists all grants; what no grant allows is refused and causes no request to Azure. Whoever may write it decides what the controller's identity is used for.",
  "x-kubernetes-validations": [
    {
      "rule": "self.metadata.name == 'cluster'",
      "message": "must be cluster: all grants stand in one object, as an entry of spec.grants each",
      "fieldPath": ".metadata.name"
    }
  ],
  "properties": {
    "apiVersion": {
      "type": "string",
      "description": "Version of this schema: securedbackend.dev/v1alpha1.",
      "maxLength": 64
    },
    "kind": {
      "type": "string",
      "description": "Kind of this object: AzureScopeGrant.",
      "maxLength": 64
    },
    "metadata": {
      "type": "object",
      "properties": {
        "name": {
          "type": "string",
          "description": "Name of the object: cluster.",
          "maxLength": 63,
          "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
        }
      }
    },
    "spec": {
      "type": "object",
      "description": "What is allowed. Everything else is not.",
      "default": {},
      "properties": {
        "grants": {
          "type": "array",
          "description": "The grants. A SecuredFunctionBackend is allowed when one of them covers it wholly; parts of several are never put together. An empty list allows nothing.",
          "maxItems": 256,
          "default": [],
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
            "name"
          ],
          "items": {
            "type": "object",
            "description": "One grant. Every namespace in it may combine every scope, audience and identity in it, so what must not be combined belongs in different grants.",
            "required": [
              "name",
              "namespaces",
              "scopes",
              "audiences",
              "identities"
            ],
            "properties": {
              "name": {
                "type": "string",
                "description": "Name of the grant, which messages to the tenants call it by: lower-case letters, digits and hyphens.",
                "minLength": 1,
                "maxLength": 63,
                "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
              },
              "namespaces": {
                "type": "object",
                "description": "For whom it is. A namespace belongs to it when names lists it or selector selects it.",
                "x-kubernetes-validations": [
                  {
                    "rule": "self.names.size() > 0 || has(self.selector)",
                    "message": "must say which: names, selector, or both"
                  }
                ],
                "properties": {
                  "names": {
                    "type": "array",
                    "description": "Namespaces by name.",
                    "maxItems": 64,
                    "default": [],
                    "x-kubernetes-list-type": "set",
                    "items": {
                      "type": "string",
                      "description": "Name of a namespace.",
                      "minLength": 1,
                      "maxLength": 63,
                      "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
                    }
                  },
                  "selector": {
                    "type": "object",
                    "description": "Namespaces by label, as everywhere in Kubernetes: all of matchLabels and matchExpressions must hold. Use only labels that tenants cannot set: whoever may write one chooses the grant. kubernetes.io/metadata.name is set by the API server alone.",
                    "x-kubernetes-validations": [
                      {
                        "rule": "self.matchLabels.size() + self.matchExpressions.size() > 0",
                        "message": "must not be empty, which would select every namespace; to mean that, say that kubernetes.io/metadata.name Exists"
                      }
                    ],
                    "properties": {
                      "matchLabels": {
                        "type": "object",
                        "description": "Labels with the value that each must have.",
                        "maxProperties": 16,
                        "default": {},
                        "additionalProperties": {
                          "type": "string",
                          "description": "Value of the label.",
                          "maxLength": 63,
                          "pattern": "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$"
                        }
                      },
                      "matchExpressions": {
                        "type": "array",
                        "description": "Statements about labels.",
                        "maxItems": 16,
                        "default": [],
                        "x-kubernetes-list-type": "atomic",
                        "items": {
                          "type": "object",
                          "description": "One statement about a label.",
                          "required": [
                            "key",
                            "operator"
                          ],
                          "x-kubernetes-validations": [
                            {
                              "rule": "(self.operator in ['In', 'NotIn']) == (self.values.size() > 0)",
                              "message": "must be given with In and NotIn, and only with them",
                              "fieldPath": ".values"
                            }
                          ],
                          "properties": {
                            "key": {
                              "type": "string",
                              "description": "The label.",
                              "minLength": 1,
                              "maxLength": 317,
                              "pattern": "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"
                            },
                            "operator": {
                              "type": "string",
                              "description": "What must hold. NotIn and DoesNotExist hold for namespaces without the label too.",
                              "enum": [
                                "In",
                                "NotIn",
                                "Exists",
                                "DoesNotExist"
                              ]
                            },
                            "values": {
                              "type": "array",
                              "description": "The values that In and NotIn speak of.",
                              "maxItems": 32,
                              "default": [],
                              "x-kubernetes-list-type": "set",
                              "items": {
                                "type": "string",
                                "description": "Value of the label.",
                                "maxLength": 63,
                                "pattern": "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$"
                              }
                            }
                          }
                        }
                      }
                    }
                  }
                }
              },
              "scopes": {
                "type": "array",
                "description": "The Azure resources that may be named, each with everything in it. The Function App, or slot, and every API of an object must lie in one of them. Compared segment by segment, without regard to the case of ASCII letters.",
                "minItems": 1,
                "maxItems": 64,
                "x-kubernetes-list-type": "set",
                "items": {
                  "type": "string",
                  "description": "ARM id of a subscription, a resource group, a Function App, one of its slots, an API Management service, or one of its APIs, such as /subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/shop.",
                  "maxLength": 1024,
                  "pattern": "^/subscriptions/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(/resource[gG]roups/[\\p{L}\\p{N}_().-]*[\\p{L}\\p{N}_()-](/providers/([mM]icrosoft\\.[wW]eb/sites/[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(/slots/[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)?|[mM]icrosoft\\.[aA]pi[mM]anagement/service/[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?(/apis/[\\p{L}\\p{N}._~()@!,='-]+)?))?)?$"
                }
              },
              "audiences": {
                "type": "object",
                "description": "For whom the gateways may be made to ask tokens.",
                "x-kubernetes-validations": [
                  {
                    "rule": "self.clientIds.size() > 0 || self.managedRegistrations == 'Allow'",
                    "message": "must allow something: clientIds, managedRegistrations, or both"
                  }
                ],
                "properties": {
                  "clientIds": {
                    "type": "array",
                    "description": "App registrations that registration.clientId may name.",
                    "maxItems": 64,
                    "default": [],
                    "x-kubernetes-list-type": "set",
                    "items": {
                      "type": "string",
                      "description": "Application (client) id of an app registration, as a UUID in lower case.",
                      "maxLength": 36,
                      "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
                      "x-kubernetes-validations": [
                        {
                          "rule": "!self.endsWith('-0000-c000-000000000000') && !self.endsWith('-0ff1-ce00-000000000000') && !(self in ['797f4846-ba00-4fd7-ba43-dac1f8f63013', 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093', 'e406a681-f3d4-42a8-90b6-c2b029497af1', '022907d3-0f1b-48f7-badc-1ba6abab6d66', '499b84ac-1321-427f-aa17-267ca6975798', '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d', 'ca7f3f0b-7d91-482c-8e09-c5d840d0eac5', '6dae42f8-4368-4678-94ff-3960e28e3630', '80a10ef9-8168-493d-abf9-3297c4ef6e3c', '80369ed6-5f11-4dd9-bef3-692475845e77', '7d312290-28c8-473c-a0ed-8e53749b6d6d', 'abfa0a7c-a6b6-4736-8310-5855508787cd', 'a232010e-820c-4083-83bb-3ace5fc29d0b'])",
                          "message": "must not be an application of Microsoft's own, whose tokens open more than a function"
                        }
                      ]
                    }
                  },
                  "managedRegistrations": {
                    "type": "string",
                    "description": "Whether registration.clientId may be left out. The controller then creates a registration for the Function App, of which tenants choose nothing.",
                    "enum": [
                      "Allow",
                      "Deny"
                    ],
                    "default": "Deny"
                  }
                }
              },
              "identities": {
                "type": "object",
                "description": "The identities with which the gateways may be made to ask tokens.",
                "x-kubernetes-validations": [
                  {
                    "rule": "self.systemAssigned == 'Allow' || self.userAssigned.size() > 0",
                    "message": "must allow something: systemAssigned, userAssigned, or both"
                  }
                ],
                "properties": {
                  "systemAssigned": {
                    "type": "string",
                    "description": "Whether the API Management services' own identities may be used. Every API of a service shares them.",
                    "enum": [
                      "Allow",
                      "Deny"
                    ],
                    "default": "Deny"
                  },
                  "userAssigned": {
                    "type": "array",
                    "description": "User-assigned identities that may be used, and attached to the services.",
                    "maxItems": 64,
                    "default": [],
                    "x-kubernetes-list-type": "set",
                    "items": {
                      "type": "string",
                      "description": "Azure resource id of a user-assigned managed identity (/subscriptions/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/…).",
                      "maxLength": 512,
                      "pattern": "^/subscriptions/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/resource[gG]roups/[\\p{L}\\p{N}_().-]*[\\p{L}\\p{N}_()-]/providers/[mM]icrosoft\\.[mM]anaged[iI]dentity/user[aA]ssigned[iI]dentities/[A-Za-z0-9][A-Za-z0-9_-]{2,127}$"
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
};
