// Generated from crds/ by `npm run generate`. Do not edit.

import type { StructuralSchema } from "./structural-schema.ts";

export const API_VERSION = "securedbackend.dev/v1alpha1";

export const KIND = "SecuredFunctionBackend";

export const PLURAL = "securedfunctionbackends";

/** The resource's structural schema, with defaults and CEL rules, as it is given to the API server. */
export const RESOURCE_SCHEMA: StructuralSchema = {
  "type": "object",
  "description": "Makes an Azure Function App callable through its API Management APIs and in no other way, keeps it so, and proves it with calls.",
  "required": [
    "spec"
  ],
  "properties": {
    "apiVersion": {
      "type": "string",
      "description": "Version of this schema: securedbackend.dev/v1alpha1.",
      "maxLength": 64
    },
    "kind": {
      "type": "string",
      "description": "Kind of this object: SecuredFunctionBackend.",
      "maxLength": 64
    },
    "metadata": {
      "type": "object",
      "properties": {
        "name": {
          "type": "string",
          "description": "Name of the object: lower-case letters, digits and hyphens.",
          "maxLength": 63,
          "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
        }
      }
    },
    "spec": {
      "type": "object",
      "description": "What shall be true.",
      "required": [
        "functionApp",
        "apis"
      ],
      "x-kubernetes-validations": [
        {
          "rule": "self.verification.gateway.all(check, self.apis.exists(api, api.name == check.api))",
          "message": "must name APIs that spec.apis lists, by their name there",
          "fieldPath": ".verification.gateway"
        }
      ],
      "properties": {
        "functionApp": {
          "type": "object",
          "description": "The Function App to protect, or one of its deployment slots. It cannot be changed afterwards.",
          "required": [
            "subscriptionId",
            "resourceGroup",
            "name"
          ],
          "x-kubernetes-validations": [
            {
              "rule": "self == oldSelf",
              "message": "is immutable; for another Function App create another object, then delete this one"
            }
          ],
          "properties": {
            "subscriptionId": {
              "type": "string",
              "description": "Azure subscription, as a UUID in lower case.",
              "maxLength": 36,
              "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
            },
            "resourceGroup": {
              "type": "string",
              "description": "Resource group, 1 to 90 letters, digits, hyphens, underscores, periods and parentheses.",
              "minLength": 1,
              "maxLength": 90,
              "pattern": "^[\\p{L}\\p{N}_().-]*[\\p{L}\\p{N}_()-]$"
            },
            "name": {
              "type": "string",
              "description": "Function App, 2 to 60 letters, digits and hyphens.",
              "minLength": 2,
              "maxLength": 60,
              "pattern": "^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$"
            },
            "slot": {
              "type": "string",
              "description": "Deployment slot, 2 to 59 letters, digits and hyphens. Without it, the app itself, which is the production slot. A slot has a host name and authentication of its own, and both stay where they are when slots are swapped, so each slot needs an object of its own.",
              "minLength": 2,
              "maxLength": 59,
              "pattern": "^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$",
              "x-kubernetes-validations": [
                {
                  "rule": "self.lowerAscii() != 'production'",
                  "message": "must not be production, which is the app itself: leave slot out"
                }
              ]
            }
          }
        },
        "apis": {
          "type": "array",
          "description": "The API Management APIs that may call the function: the doors that stay open. Each version of an API is an API of its own.",
          "minItems": 1,
          "maxItems": 16,
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
            "subscriptionId",
            "resourceGroup",
            "serviceName",
            "name"
          ],
          "items": {
            "type": "object",
            "description": "One API Management API.",
            "required": [
              "subscriptionId",
              "resourceGroup",
              "serviceName",
              "name"
            ],
            "properties": {
              "subscriptionId": {
                "type": "string",
                "description": "Azure subscription, as a UUID in lower case.",
                "maxLength": 36,
                "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
              },
              "resourceGroup": {
                "type": "string",
                "description": "Resource group, 1 to 90 letters, digits, hyphens, underscores, periods and parentheses.",
                "minLength": 1,
                "maxLength": 90,
                "pattern": "^[\\p{L}\\p{N}_().-]*[\\p{L}\\p{N}_()-]$"
              },
              "serviceName": {
                "type": "string",
                "description": "API Management service, 1 to 50 letters, digits and hyphens, beginning with a letter.",
                "minLength": 1,
                "maxLength": 50,
                "pattern": "^[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?$"
              },
              "name": {
                "type": "string",
                "description": "Name of the API (its id within the service, not its display name). No revision: spec.revisions says which of them are protected.",
                "minLength": 1,
                "maxLength": 256,
                "pattern": "^[\\p{L}\\p{N}._~()@!,;='-]+$",
                "x-kubernetes-validations": [
                  {
                    "rule": "!self.lowerAscii().contains(';rev=')",
                    "message": "must not name a revision (;rev=): spec.revisions says which of them are protected"
                  },
                  {
                    "rule": "self != '.' && self != '..'",
                    "message": "must not be . or .., which lead out of the APIs to the policy of the whole service"
                  }
                ]
              }
            }
          }
        },
        "revisions": {
          "type": "string",
          "description": "AllOnline protects every online revision of the APIs, so that a release brings no unprotected policy. Current protects the current revision only.",
          "enum": [
            "Current",
            "AllOnline"
          ],
          "default": "AllOnline"
        },
        "identity": {
          "type": "object",
          "description": "The identity with which API Management calls the function.",
          "default": {
            "type": "SystemAssigned"
          },
          "x-kubernetes-validations": [
            {
              "rule": "self.type != 'UserAssigned' || has(self.resourceId)",
              "message": "is required when identity.type is UserAssigned",
              "reason": "FieldValueRequired",
              "fieldPath": ".resourceId"
            },
            {
              "rule": "self.type == 'UserAssigned' || !has(self.resourceId)",
              "message": "is allowed only when identity.type is UserAssigned",
              "reason": "FieldValueForbidden",
              "fieldPath": ".resourceId"
            }
          ],
          "properties": {
            "type": {
              "type": "string",
              "description": "SystemAssigned uses the API Management service's own identity. UserAssigned uses the one that resourceId names, which can be kept for this backend alone.",
              "enum": [
                "SystemAssigned",
                "UserAssigned"
              ],
              "default": "SystemAssigned"
            },
            "resourceId": {
              "type": "string",
              "description": "Azure resource id of a user-assigned managed identity (/subscriptions/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/…).",
              "maxLength": 512,
              "pattern": "^/subscriptions/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/resource[gG]roups/[\\p{L}\\p{N}_().-]*[\\p{L}\\p{N}_()-]/providers/[mM]icrosoft\\.[mM]anaged[iI]dentity/user[aA]ssigned[iI]dentities/[A-Za-z0-9][A-Za-z0-9_-]{2,127}$"
            },
            "management": {
              "type": "string",
              "description": "Ensure turns the identity on at the API Management service where it is missing. Require only checks, and reports IdentityMissing.",
              "enum": [
                "Ensure",
                "Require"
              ],
              "default": "Ensure"
            }
          }
        },
        "registration": {
          "type": "object",
          "description": "The Microsoft Entra app registration that stands for the function. Without clientId, one is created and kept up through Microsoft Graph; that needs the application permission Application.ReadWrite.OwnedBy.",
          "default": {
            "tokenVersion": "Auto"
          },
          "x-kubernetes-validations": [
            {
              "rule": "has(self.clientId) || self.tokenVersion != 'V1'",
              "message": "must not be V1 without registration.clientId; a managed registration issues version 2 tokens",
              "fieldPath": ".tokenVersion"
            },
            {
              "rule": "has(self.clientId) || !has(self.tenantId)",
              "message": "must not be set without registration.clientId; a managed registration is in the operator's tenant",
              "fieldPath": ".tenantId"
            }
          ],
          "properties": {
            "clientId": {
              "type": "string",
              "description": "Application (client) id of the function's app registration, as a UUID in lower case. It is the audience for which API Management asks its tokens. Without it, the registration is managed.",
              "maxLength": 36,
              "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
              "x-kubernetes-validations": [
                {
                  "rule": "!self.endsWith('-0000-c000-000000000000') && !self.endsWith('-0ff1-ce00-000000000000') && !(self in ['797f4846-ba00-4fd7-ba43-dac1f8f63013', 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093', 'e406a681-f3d4-42a8-90b6-c2b029497af1', '022907d3-0f1b-48f7-badc-1ba6abab6d66', '499b84ac-1321-427f-aa17-267ca6975798', '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d', 'ca7f3f0b-7d91-482c-8e09-c5d840d0eac5', '6dae42f8-4368-4678-94ff-3960e28e3630', '80a10ef9-8168-493d-abf9-3297c4ef6e3c', '80369ed6-5f11-4dd9-bef3-692475845e77', '7d312290-28c8-473c-a0ed-8e53749b6d6d', 'abfa0a7c-a6b6-4736-8310-5855508787cd', 'a232010e-820c-4083-83bb-3ace5fc29d0b'])",
                  "message": "must not be an application of Microsoft's own, whose tokens open more than this function"
                }
              ]
            },
            "tenantId": {
              "type": "string",
              "description": "Directory (tenant) of the registration, as a UUID in lower case. Without it, the tenant in which the controller is signed in. It must be that of the API Management service's identity.",
              "maxLength": 36,
              "x-kubernetes-validations": [
                {
                  "rule": "self.matches('^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')",
                  "message": "must be a UUID in lower case; common, organizations and consumers name no tenant and would admit callers of every tenant"
                }
              ]
            },
            "tokenVersion": {
              "type": "string",
              "description": "Version of the access tokens issued for the registration. Auto asks for a token and looks.",
              "enum": [
                "Auto",
                "V1",
                "V2"
              ],
              "default": "Auto"
            }
          }
        },
        "authentication": {
          "type": "object",
          "description": "How the Function App's authentication treats its callers.",
          "default": {},
          "properties": {
            "unauthenticatedAction": {
              "type": "string",
              "description": "What a caller without a valid token gets.",
              "enum": [
                "Return401",
                "Return403"
              ],
              "default": "Return401"
            },
            "allowedCallers": {
              "type": "array",
              "description": "Callers admitted besides the gateways. App Service checks both ids, so both are needed.",
              "maxItems": 10,
              "default": [],
              "x-kubernetes-list-type": "map",
              "x-kubernetes-list-map-keys": [
                "objectId",
                "clientId"
              ],
              "items": {
                "type": "object",
                "description": "One caller admitted besides the gateways.",
                "required": [
                  "objectId",
                  "clientId"
                ],
                "properties": {
                  "objectId": {
                    "type": "string",
                    "description": "Object id of the caller's service principal or user, as a UUID in lower case.",
                    "maxLength": 36,
                    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
                  },
                  "clientId": {
                    "type": "string",
                    "description": "Application (client) id with which the caller asks its tokens, as a UUID in lower case.",
                    "maxLength": 36,
                    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
                  },
                  "description": {
                    "type": "string",
                    "description": "Who this is, for readers of the manifest.",
                    "maxLength": 256
                  }
                }
              }
            },
            "allowedAudiences": {
              "type": "array",
              "description": "Audiences accepted in tokens besides the registration's client id, for callers who use another name of it, such as its application id URI.",
              "maxItems": 10,
              "default": [],
              "x-kubernetes-list-type": "set",
              "x-kubernetes-validations": [
                {
                  "rule": "self.join(',').size() <= 500",
                  "message": "may hold 500 characters in all, which is what App Service stores"
                }
              ],
              "items": {
                "type": "string",
                "description": "An application id URI or client id.",
                "minLength": 1,
                "maxLength": 255,
                "pattern": "^[!-~]+$",
                "x-kubernetes-validations": [
                  {
                    "rule": "!self.lowerAscii().matches('-(0000-c000|0ff1-ce00)-000000000000$') && !self.lowerAscii().matches('^https://([a-z0-9-]+[.])*(graph[.]microsoft[.]com|graph[.]windows[.]net|management[.]azure[.]com|management[.]core[.]windows[.]net|vault[.]azure[.]net|storage[.]azure[.]com|database[.]windows[.]net|servicebus[.]azure[.]net|eventhubs[.]azure[.]net|cognitiveservices[.]azure[.]com|cosmos[.]azure[.]com)(/.*)?$') && !(self.lowerAscii() in ['797f4846-ba00-4fd7-ba43-dac1f8f63013', 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093', 'e406a681-f3d4-42a8-90b6-c2b029497af1', '022907d3-0f1b-48f7-badc-1ba6abab6d66', '499b84ac-1321-427f-aa17-267ca6975798', '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d', 'ca7f3f0b-7d91-482c-8e09-c5d840d0eac5', '6dae42f8-4368-4678-94ff-3960e28e3630', '80a10ef9-8168-493d-abf9-3297c4ef6e3c', '80369ed6-5f11-4dd9-bef3-692475845e77', '7d312290-28c8-473c-a0ed-8e53749b6d6d', 'abfa0a7c-a6b6-4736-8310-5855508787cd', 'a232010e-820c-4083-83bb-3ace5fc29d0b'])",
                    "message": "must not be an audience of Microsoft's own: whoever holds a token for that service would be let in"
                  }
                ]
              }
            },
            "excludedPaths": {
              "type": "array",
              "description": "Paths of the Function App that stay open to anybody. Each is exact, or ends in /* for everything below it.",
              "maxItems": 16,
              "default": [],
              "x-kubernetes-list-type": "set",
              "items": {
                "type": "string",
                "description": "A path, such as /api/health or /public/*.",
                "minLength": 1,
                "maxLength": 256,
                "pattern": "^[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$",
                "x-kubernetes-validations": [
                  {
                    "rule": "self.startsWith('/')",
                    "message": "must begin with /"
                  },
                  {
                    "rule": "!self.contains('*') || (self.endsWith('/*') && self.indexOf('*') == self.size() - 1)",
                    "message": "may hold one * only, at the end after a slash, as in /public/*"
                  },
                  {
                    "rule": "self != '/*'",
                    "message": "must not open every path"
                  },
                  {
                    "rule": "!self.contains('//') && !self.matches('/([.]|%2[eE])([.]|%2[eE])?(/|$)')",
                    "message": "must not hold // or the segments . or .., which may mean another path"
                  }
                ]
              }
            }
          }
        },
        "subscriptionKey": {
          "type": "string",
          "description": "Remove keeps the caller's API Management subscription key from the function: header and query parameter, under the API's own names. Keep passes it on.",
          "enum": [
            "Remove",
            "Keep"
          ],
          "default": "Remove"
        },
        "network": {
          "type": "object",
          "description": "From which addresses the function may be called. It is restricted only after authentication was seen to work. It holds for the function's own host name, not for its deployment site (SCM).",
          "default": {
            "mode": "Unmanaged",
            "additionalCidrs": []
          },
          "x-kubernetes-validations": [
            {
              "rule": "self.mode == 'GatewayOnly' || self.additionalCidrs.size() == 0",
              "message": "is allowed only when network.mode is GatewayOnly",
              "reason": "FieldValueForbidden",
              "fieldPath": ".additionalCidrs"
            }
          ],
          "properties": {
            "mode": {
              "type": "string",
              "description": "Unmanaged leaves access restrictions as they are, also those that were made here. GatewayOnly lets in the outbound addresses of the API Management services and additionalCidrs, and denies the rest; rules of others are kept and reported. Tiers without addresses of their own (Consumption, v2) are refused. A Function App in GatewayOnly turns the operator away by its address, so that Verified is Unknown, unless additionalCidrs names where the operator calls from.",
              "enum": [
                "Unmanaged",
                "GatewayOnly"
              ],
              "default": "Unmanaged"
            },
            "additionalCidrs": {
              "type": "array",
              "description": "IPv4 ranges that may call besides the gateways, such as a NAT gateway's or the operator's own.",
              "maxItems": 64,
              "default": [],
              "x-kubernetes-list-type": "set",
              "items": {
                "type": "string",
                "description": "An IPv4 range with its prefix length, such as 203.0.113.0/24.",
                "maxLength": 18,
                "pattern": "^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])/([0-9]|[12][0-9]|3[0-2])$",
                "x-kubernetes-validations": [
                  {
                    "rule": "!self.matches('/[0-7]$')",
                    "message": "must not be wider than /8, which is not a network but a good part of the internet"
                  }
                ]
              }
            }
          }
        },
        "hardening": {
          "type": "object",
          "description": "Other ways into the Function App. Enforce shuts one, Report tells in condition Hardened that it is open, Ignore does not look. What is only reported never keeps the object from being Ready.",
          "default": {},
          "properties": {
            "httpsOnly": {
              "type": "string",
              "description": "Whether plain HTTP is turned away (httpsOnly).",
              "enum": [
                "Enforce",
                "Report",
                "Ignore"
              ],
              "default": "Report"
            },
            "ftp": {
              "type": "string",
              "description": "Whether files can be brought by FTP: ftpsState Disabled, and no publishing by FTP with user name and password.",
              "enum": [
                "Enforce",
                "Report",
                "Ignore"
              ],
              "default": "Report"
            },
            "scmBasicAuth": {
              "type": "string",
              "description": "Whether the deployment site (SCM, Kudu) takes a user name and a password besides Entra tokens. Pipelines that deploy with a publishing profile need them.",
              "enum": [
                "Enforce",
                "Report",
                "Ignore"
              ],
              "default": "Report"
            },
            "adminIsolation": {
              "type": "string",
              "description": "Whether the host's /admin addresses answer nobody but the platform (functionsRuntimeAdminIsolationEnabled). Linux Consumption does not have it.",
              "enum": [
                "Enforce",
                "Report",
                "Ignore"
              ],
              "default": "Report"
            },
            "remoteDebugging": {
              "type": "string",
              "description": "Whether remote debugging is off.",
              "enum": [
                "Enforce",
                "Report",
                "Ignore"
              ],
              "default": "Report"
            },
            "minimumTls": {
              "type": "object",
              "description": "The oldest version of TLS that the Function App and its deployment site speak.",
              "default": {},
              "properties": {
                "mode": {
                  "type": "string",
                  "description": "Whether it is enforced, reported or ignored.",
                  "enum": [
                    "Enforce",
                    "Report",
                    "Ignore"
                  ],
                  "default": "Report"
                },
                "version": {
                  "type": "string",
                  "description": "The oldest version. A newer one is left as it is.",
                  "enum": [
                    "1.2",
                    "1.3"
                  ],
                  "default": "1.2"
                }
              }
            }
          }
        },
        "verification": {
          "type": "object",
          "description": "The calls that prove the protection.",
          "default": {},
          "properties": {
            "direct": {
              "type": "string",
              "description": "Whether the function is called directly, past its gateway, to see that it refuses.",
              "enum": [
                "Enabled",
                "Disabled"
              ],
              "default": "Enabled"
            },
            "gateway": {
              "type": "array",
              "description": "Safe GET calls through the gateway that must keep working. They are what the gate of a roll-out and the check after it look at.",
              "maxItems": 16,
              "default": [],
              "x-kubernetes-list-type": "map",
              "x-kubernetes-list-map-keys": [
                "api",
                "path"
              ],
              "items": {
                "type": "object",
                "description": "One call through the gateway.",
                "required": [
                  "api",
                  "path"
                ],
                "properties": {
                  "api": {
                    "type": "string",
                    "description": "Name of an API of spec.apis; where several services have an API of that name, the call is made through each.",
                    "minLength": 1,
                    "maxLength": 256
                  },
                  "path": {
                    "type": "string",
                    "description": "Path below the API's own base path, with a query if need be, such as /health?full=1.",
                    "minLength": 1,
                    "maxLength": 512,
                    "pattern": "^[A-Za-z0-9._~!$&'()*+,;=:%/?-]+$",
                    "x-kubernetes-validations": [
                      {
                        "rule": "self.startsWith('/')",
                        "message": "must begin with /"
                      },
                      {
                        "rule": "!self.contains('//')",
                        "message": "must not hold //"
                      },
                      {
                        "rule": "!self.matches('/([.]|%2[eE])([.]|%2[eE])?([/?]|$)')",
                        "message": "must not hold the segments . or .., which leave the API"
                      }
                    ]
                  },
                  "expectedStatus": {
                    "type": "integer",
                    "format": "int32",
                    "description": "HTTP status that the call must get.",
                    "minimum": 100,
                    "maximum": 599,
                    "default": 200
                  },
                  "subscriptionKeySecretRef": {
                    "type": "object",
                    "description": "Where the subscription key for this call is kept, if the API wants one: a Secret of type securedbackend.dev/subscription-key in the object's namespace; without a cluster its manifest, in the folder of --keys. The key is sent over HTTPS and only to host names that the API Management service itself lists.",
                    "required": [
                      "name",
                      "key"
                    ],
                    "properties": {
                      "name": {
                        "type": "string",
                        "description": "Name of the Secret: lower-case letters, digits, hyphens and periods.",
                        "minLength": 1,
                        "maxLength": 253,
                        "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
                      },
                      "key": {
                        "type": "string",
                        "description": "Name of the entry in the Secret: letters, digits, hyphens, underscores and periods.",
                        "minLength": 1,
                        "maxLength": 253,
                        "pattern": "^[-._a-zA-Z0-9]+$"
                      }
                    }
                  }
                }
              }
            }
          }
        },
        "rollout": {
          "type": "object",
          "description": "How an open function is closed.",
          "default": {},
          "properties": {
            "gatewayCheck": {
              "type": "string",
              "description": "Require closes the function only after the calls of verification.gateway passed, and waits with reason AwaitingCheck if none is given. Skip closes it unseen.",
              "enum": [
                "Require",
                "Skip"
              ],
              "default": "Require"
            },
            "enforcement": {
              "type": "string",
              "description": "Automatic closes the function when everything before is done. Manual stops before the first change that callers can notice, with reason AwaitingRelease, until the annotation securedbackend.dev/release carries the hash of the plan, which sfb plan prints.",
              "enum": [
                "Automatic",
                "Manual"
              ],
              "default": "Automatic"
            }
          }
        },
        "mode": {
          "type": "string",
          "description": "Enforce makes it so. Observe never writes to Azure, nor gives back, and says what Enforce would do.",
          "enum": [
            "Enforce",
            "Observe"
          ],
          "default": "Enforce"
        },
        "ignoreDifferences": {
          "type": "array",
          "description": "Differences that are left alone and not reported, in the notation of status.drift[].path.",
          "maxItems": 32,
          "default": [],
          "x-kubernetes-list-type": "set",
          "items": {
            "type": "string",
            "description": "<safeguard>:<JSON pointer> for managed-identity, app-registration, authentication, access-restrictions and hardening, where the pointer leads into the resource's properties; of a policy, inbound-policy:inbound/set-header or inbound/set-query-parameter, or one of them by its name as in inbound/set-header[Ocp-Apim-Subscription-Key]. The statement that gets the token cannot be left out.",
            "maxLength": 256,
            "x-kubernetes-validations": [
              {
                "rule": "self.matches('^(managed-identity|app-registration|authentication|access-restrictions|hardening):/[ -~]+$') || self.matches('^inbound-policy:inbound/(set-header|set-query-parameter)(\\\\[[^\\\\]@#]+\\\\])?$')",
                "message": "must be <safeguard>:<JSON pointer> with safeguard managed-identity, app-registration, authentication, access-restrictions or hardening, or inbound-policy:inbound/set-header or /set-query-parameter, with a name in brackets if need be"
              }
            ]
          }
        },
        "resyncInterval": {
          "type": "string",
          "description": "How often Azure is looked at when nothing happened, from 1m to 24h, such as 90s, 10m or 1h30m.",
          "minLength": 2,
          "maxLength": 16,
          "pattern": "^([0-9]{1,5}(s|m|h))+$",
          "default": "10m",
          "x-kubernetes-validations": [
            {
              "rule": "duration(self) >= duration('1m') && duration(self) <= duration('24h')",
              "message": "must lie between 1m and 24h"
            }
          ]
        },
        "deletionPolicy": {
          "type": "string",
          "description": "What happens in Azure when this object is deleted. Retain leaves everything as it is: deleting never opens the door. Restore gives back what was there before: authentication first, then the policies, then access restrictions and hardening; last, a managed registration is removed. The API Management service keeps its identity.",
          "enum": [
            "Retain",
            "Restore"
          ],
          "default": "Retain"
        },
        "suspend": {
          "type": "boolean",
          "description": "Stands still while true. Nothing is read, written or given back.",
          "default": false
        }
      }
    },
    "status": {
      "type": "object",
      "description": "What was found and done. Written by the controller alone.",
      "properties": {
        "observedGeneration": {
          "type": "integer",
          "format": "int64",
          "description": "Generation of the spec that this status speaks about.",
          "minimum": 0,
          "maximum": 9007199254740991
        },
        "lastHandledReconcileAt": {
          "type": "string",
          "description": "Value of the annotation securedbackend.dev/reconcile-requested-at (or reconcile.fluxcd.io/requestedAt) that was last obeyed.",
          "maxLength": 64
        },
        "lastHandledTakeOver": {
          "type": "string",
          "description": "Value of the securedbackend.dev/take-over annotation that was obeyed. It is not obeyed again while it stands.",
          "maxLength": 512
        },
        "conditions": {
          "type": "array",
          "description": "The state in standard form: Ready, Reconciling, Stalled, InSync, Verified and one per safeguard.",
          "maxItems": 32,
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
            "type"
          ],
          "items": {
            "type": "object",
            "description": "One condition, in the form of metav1.Condition.",
            "required": [
              "type",
              "status",
              "reason",
              "message",
              "lastTransitionTime"
            ],
            "properties": {
              "type": {
                "type": "string",
                "description": "Name of the condition.",
                "minLength": 1,
                "maxLength": 316,
                "pattern": "^[A-Za-z0-9]([A-Za-z0-9_./-]*[A-Za-z0-9])?$"
              },
              "status": {
                "type": "string",
                "description": "Whether it holds.",
                "enum": [
                  "True",
                  "False",
                  "Unknown"
                ]
              },
              "reason": {
                "type": "string",
                "description": "Why, in one word for programs.",
                "minLength": 1,
                "maxLength": 1024,
                "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
              },
              "message": {
                "type": "string",
                "description": "Why and what to do, in words for people.",
                "maxLength": 32768
              },
              "lastTransitionTime": {
                "type": "string",
                "format": "date-time",
                "description": "When status last changed.",
                "maxLength": 64
              },
              "observedGeneration": {
                "type": "integer",
                "format": "int64",
                "description": "Generation of the spec that this condition speaks about.",
                "minimum": 0,
                "maximum": 9007199254740991
              }
            }
          }
        },
        "gateways": {
          "type": "array",
          "description": "The API Management services of spec.apis, with the identity each one calls with.",
          "maxItems": 16,
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
            "service"
          ],
          "items": {
            "type": "object",
            "description": "One API Management service and its identity.",
            "required": [
              "service"
            ],
            "properties": {
              "service": {
                "type": "string",
                "description": "Azure resource id of the API Management service.",
                "maxLength": 2048
              },
              "principalId": {
                "type": "string",
                "description": "Object id of the identity. Absent while it is not known.",
                "maxLength": 36
              },
              "clientId": {
                "type": "string",
                "description": "Client id of the identity. Absent while it is not known.",
                "maxLength": 36
              }
            }
          }
        },
        "audience": {
          "type": "string",
          "description": "Audience for which API Management asks its tokens.",
          "maxLength": 255
        },
        "tenantId": {
          "type": "string",
          "description": "Tenant whose tokens the function accepts.",
          "maxLength": 36
        },
        "issuer": {
          "type": "string",
          "description": "Issuer whose tokens the function accepts.",
          "maxLength": 512
        },
        "rollout": {
          "type": "object",
          "description": "How far the roll-out is. Completed from the first pass on that saw everything closed and proved; from then on differences are put right without a gate.",
          "required": [
            "step",
            "startedAt"
          ],
          "properties": {
            "step": {
              "type": "string",
              "description": "The step it has reached.",
              "enum": [
                "ManagedIdentity",
                "AppRegistration",
                "InboundPolicy",
                "GatewayCheck",
                "Authentication",
                "AccessCheck",
                "AccessRestrictions",
                "NetworkCheck",
                "Hardening",
                "NetworkRollBack",
                "NetworkRolledBack",
                "RollBack",
                "RolledBack",
                "Completed",
                "Switching"
              ]
            },
            "networkProven": {
              "type": "boolean",
              "description": "Whether calls through the gateway worked with access restricted to addresses. From then on the restrictions are kept up and never taken back."
            },
            "startedAt": {
              "type": "string",
              "format": "date-time",
              "description": "When that step was reached.",
              "maxLength": 64
            },
            "reason": {
              "type": "string",
              "description": "Why it stopped or went back, in one word for programs.",
              "maxLength": 128
            },
            "message": {
              "type": "string",
              "description": "Why it stopped or went back, in words for people.",
              "maxLength": 2048
            }
          }
        },
        "operations": {
          "type": "array",
          "description": "Long-running Azure operations that were begun and not yet seen to end.",
          "maxItems": 32,
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
            "resourceId"
          ],
          "items": {
            "type": "object",
            "description": "One long-running Azure operation.",
            "required": [
              "resourceId",
              "url",
              "startedAt"
            ],
            "properties": {
              "resourceId": {
                "type": "string",
                "description": "Azure resource that is being changed.",
                "maxLength": 8192
              },
              "url": {
                "type": "string",
                "description": "Address at which Azure tells how far it is.",
                "maxLength": 4096
              },
              "startedAt": {
                "type": "string",
                "format": "date-time",
                "description": "When it began.",
                "maxLength": 64
              }
            }
          }
        },
        "drift": {
          "type": "array",
          "description": "Present differences between Azure and the spec, the first 50.",
          "maxItems": 50,
          "x-kubernetes-list-type": "atomic",
          "items": {
            "type": "object",
            "description": "One difference between Azure and the spec.",
            "required": [
              "path",
              "resource",
              "danger",
              "detectedAt"
            ],
            "properties": {
              "path": {
                "type": "string",
                "description": "What differs, as <safeguard>:<JSON pointer or policy path>.",
                "maxLength": 512
              },
              "resource": {
                "type": "string",
                "description": "Azure resource id of what differs.",
                "maxLength": 8192
              },
              "desired": {
                "type": "string",
                "description": "What the spec asks for. Absent when it asks that there be nothing.",
                "maxLength": 256
              },
              "observed": {
                "type": "string",
                "description": "What was found. Absent when there was nothing.",
                "maxLength": 256
              },
              "danger": {
                "type": "string",
                "description": "Whether what was found weakens the protection, hardens it, or neither.",
                "enum": [
                  "Weakens",
                  "Hardens",
                  "Cosmetic"
                ]
              },
              "detectedAt": {
                "type": "string",
                "format": "date-time",
                "description": "When it was first seen.",
                "maxLength": 64
              }
            }
          }
        },
        "driftCount": {
          "type": "integer",
          "format": "int32",
          "description": "Number of present differences, also those beyond the first 50.",
          "minimum": 0,
          "maximum": 1000000
        },
        "recentCorrections": {
          "type": "array",
          "description": "The last 10 fields that were put right, newest first, each once.",
          "maxItems": 10,
          "x-kubernetes-list-type": "atomic",
          "items": {
            "type": "object",
            "description": "One difference that was put right.",
            "required": [
              "path",
              "resource",
              "correctedAt"
            ],
            "properties": {
              "path": {
                "type": "string",
                "description": "What differed, as <safeguard>:<JSON pointer or policy path>.",
                "maxLength": 512
              },
              "resource": {
                "type": "string",
                "description": "Azure resource id of what differed.",
                "maxLength": 8192
              },
              "desired": {
                "type": "string",
                "description": "What the spec asked for. Absent when it asked that there be nothing.",
                "maxLength": 256
              },
              "observed": {
                "type": "string",
                "description": "What had been found. Absent when there was nothing.",
                "maxLength": 256
              },
              "correctedAt": {
                "type": "string",
                "format": "date-time",
                "description": "When it was put right.",
                "maxLength": 64
              },
              "times": {
                "type": "integer",
                "description": "How often it was put right, where somebody changed it back each time within three hours. Absent for once.",
                "minimum": 2,
                "maximum": 1000000
              }
            }
          }
        },
        "findings": {
          "type": "array",
          "description": "Ways around the lock, and what may become one, the worst first, at most 50. Nothing of it is changed.",
          "maxItems": 50,
          "x-kubernetes-list-type": "atomic",
          "items": {
            "type": "object",
            "description": "One way around the lock.",
            "required": [
              "code",
              "severity",
              "resource",
              "message",
              "remedy"
            ],
            "properties": {
              "code": {
                "type": "string",
                "description": "What it is, in one word for programs; docs/conditions.md lists them.",
                "maxLength": 64
              },
              "severity": {
                "type": "string",
                "description": "Critical when somebody gets in whom the spec does not name, which makes Ready False. Warning when that may come of it, or when callers are kept out. Info otherwise.",
                "enum": [
                  "Critical",
                  "Warning",
                  "Info"
                ]
              },
              "resource": {
                "type": "string",
                "description": "Azure resource id of where it is.",
                "maxLength": 8192
              },
              "message": {
                "type": "string",
                "description": "What was found.",
                "maxLength": 1024
              },
              "remedy": {
                "type": "string",
                "description": "What to do.",
                "maxLength": 512
              }
            }
          }
        },
        "coverage": {
          "type": "object",
          "description": "How many operations of the APIs in spec.apis send the gateway's token to the function.",
          "required": [
            "protected",
            "total"
          ],
          "properties": {
            "protected": {
              "type": "integer",
              "format": "int32",
              "description": "Operations that are protected.",
              "minimum": 0,
              "maximum": 1000000
            },
            "total": {
              "type": "integer",
              "format": "int32",
              "description": "Operations of the APIs' current revisions.",
              "minimum": 0,
              "maximum": 1000000
            }
          }
        }
      }
    }
  }
};
