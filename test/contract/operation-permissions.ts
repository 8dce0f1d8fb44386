/** What Azure asks of a caller: actions of Azure RBAC, or a permission of Microsoft Graph. */
export type Permissions = readonly string[];

const GRAPH: Permissions = ["Application.ReadWrite.OwnedBy"];
const BASIC_PUBLISHING = "basicPublishingCredentialsPolicies";

function apiManagement(...actions: readonly string[]): Permissions {
  return actions.map((action) => `Microsoft.ApiManagement/service/${action}`);
}

function web(action: string): Permissions {
  return [`Microsoft.Web/sites/${action}`];
}

/**
 * The permissions behind each operation of `controller-operations.ts`. Azure's documents do not tell them;
 * they are from "Azure permissions for Integration" and "… Web and Mobile", Microsoft Learn.
 */
export const OPERATION_PERMISSIONS: Readonly<Record<string, Permissions>> = {
  ApiManagementService_Get: apiManagement("read"),
  ApiManagementService_Update: [
    ...apiManagement("write"),
    // Identities that are on a service already are sent along, and attached anew.
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
  ],
  OperationsResults_Get: apiManagement("operationresults/read"),
  OperationStatus_Get: apiManagement("operationresults/read"),
  "GET identities/default": ["Microsoft.ManagedIdentity/identities/read"],
  Api_Get: apiManagement("apis/read"),
  Api_ListByService: apiManagement("apis/read"),
  ApiRevision_ListByService: apiManagement("apis/revisions/read"),
  ApiPolicy_Get: apiManagement("apis/policies/read"),
  ApiPolicy_CreateOrUpdate: apiManagement("apis/policies/write"),
  ApiPolicy_Delete: apiManagement("apis/policies/delete"),
  AllPolicies_ListByService: apiManagement("allPolicies/read"),
  ApiOperation_ListByApi: apiManagement("apis/operations/read"),
  ApiOperationPolicy_Get: apiManagement("apis/operations/policies/read"),
  ApiProduct_ListByApis: apiManagement("apis/products/read"),
  ProductPolicy_Get: apiManagement("products/policies/read"),
  Policy_Get: apiManagement("policies/read"),
  Backend_ListByService: apiManagement("backends/read"),
  NamedValue_ListByService: apiManagement("namedValues/read"),
  "GET tenant/access": apiManagement("tenant/read"),
  WebApps_Get: web("Read"),
  WebApps_GetConfiguration: web("config/Read"),
  WebApps_GetAuthSettingsV2WithoutSecrets: web("config/Read"),
  WebApps_UpdateAuthSettingsV2: web("config/Write"),
  WebApps_Update: web("Write"),
  WebApps_UpdateConfiguration: web("config/Write"),
  WebApps_ListBasicPublishingCredentialsPolicies: web(`${BASIC_PUBLISHING}/Read`),
  WebApps_UpdateFtpAllowed: web(`${BASIC_PUBLISHING}/ftp/Write`),
  WebApps_UpdateScmAllowed: web(`${BASIC_PUBLISHING}/scm/Write`),
  WebApps_ListSlots: web("slots/Read"),
  WebApps_GetSlot: web("slots/Read"),
  WebApps_GetConfigurationSlot: web("slots/config/Read"),
  WebApps_GetAuthSettingsV2WithoutSecretsSlot: web("slots/config/Read"),
  WebApps_UpdateAuthSettingsV2Slot: web("slots/config/Write"),
  WebApps_UpdateSlot: web("slots/Write"),
  WebApps_UpdateConfigurationSlot: web("slots/config/Write"),
  WebApps_ListBasicPublishingCredentialsPoliciesSlot: web(`slots/${BASIC_PUBLISHING}/Read`),
  WebApps_UpdateFtpAllowedSlot: web(`slots/${BASIC_PUBLISHING}/ftp/Write`),
  WebApps_UpdateScmAllowedSlot: web(`slots/${BASIC_PUBLISHING}/scm/Write`),
  WebApps_ListFunctions: web("functions/read"),
  WebApps_ListInstanceFunctionsSlot: web("slots/functions/read"),
  "GET Microsoft.Authorization/permissions": ["Microsoft.Authorization/permissions/read"],
  application_get_by_uniqueName: GRAPH,
  application_upsert: GRAPH,
  application_update: GRAPH,
  application_delete: GRAPH,
  serviceprincipal_get_by_appId: GRAPH,
  serviceprincipal_post_serviceprincipals: GRAPH,
};
