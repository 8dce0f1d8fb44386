/** One request that the controller can send to ARM or Microsoft Graph. */
export interface ControllerOperation {
  /** Its name in the official documents; method and end of the path where they have none. */
  readonly operation: string;
  /** The successes that the controller must have met in a whole run. */
  readonly successes: readonly number[];
}

/**
 * Every operation of ARM and Microsoft Graph that the controller can call. The gate fails when one of them was never
 * recorded, and when the controller called one that is not here.
 */
export const CONTROLLER_OPERATIONS: readonly ControllerOperation[] = [
  { operation: "ApiManagementService_Get", successes: [200] },
  { operation: "ApiManagementService_Update", successes: [202] },
  { operation: "OperationsResults_Get", successes: [200, 202] },
  { operation: "OperationStatus_Get", successes: [200] },
  { operation: "GET identities/default", successes: [200] },
  { operation: "Api_Get", successes: [200] },
  { operation: "ApiRevision_ListByService", successes: [200] },
  { operation: "ApiPolicy_Get", successes: [200] },
  { operation: "ApiPolicy_CreateOrUpdate", successes: [200, 201] },
  { operation: "ApiPolicy_Delete", successes: [200] },
  { operation: "AllPolicies_ListByService", successes: [200] },
  { operation: "Api_ListByService", successes: [200] },
  { operation: "ApiOperation_ListByApi", successes: [200] },
  { operation: "ApiOperationPolicy_Get", successes: [200] },
  { operation: "ApiProduct_ListByApis", successes: [200] },
  { operation: "ProductPolicy_Get", successes: [200] },
  { operation: "Policy_Get", successes: [200] },
  { operation: "Backend_ListByService", successes: [200] },
  { operation: "NamedValue_ListByService", successes: [200] },
  { operation: "GET tenant/access", successes: [200] },
  { operation: "WebApps_Get", successes: [200] },
  { operation: "WebApps_GetConfiguration", successes: [200] },
  { operation: "WebApps_GetAuthSettingsV2WithoutSecrets", successes: [200] },
  { operation: "WebApps_UpdateAuthSettingsV2", successes: [200] },
  { operation: "WebApps_Update", successes: [200] },
  { operation: "WebApps_UpdateConfiguration", successes: [200] },
  { operation: "WebApps_ListBasicPublishingCredentialsPolicies", successes: [200] },
  { operation: "WebApps_UpdateFtpAllowed", successes: [200] },
  { operation: "WebApps_UpdateScmAllowed", successes: [200] },
  { operation: "WebApps_ListSlots", successes: [200] },
  { operation: "WebApps_ListFunctions", successes: [200] },
  { operation: "WebApps_ListInstanceFunctionsSlot", successes: [200] },
  { operation: "GET Microsoft.Authorization/permissions", successes: [200] },
  { operation: "WebApps_GetSlot", successes: [200] },
  { operation: "WebApps_GetConfigurationSlot", successes: [200] },
  { operation: "WebApps_GetAuthSettingsV2WithoutSecretsSlot", successes: [200] },
  { operation: "WebApps_UpdateAuthSettingsV2Slot", successes: [200] },
  { operation: "application_get_by_uniqueName", successes: [200] },
  { operation: "application_upsert", successes: [201, 204] },
  { operation: "application_update", successes: [204] },
  { operation: "application_delete", successes: [204] },
  { operation: "serviceprincipal_get_by_appId", successes: [200] },
  { operation: "serviceprincipal_post_serviceprincipals", successes: [201] },
  { operation: "WebApps_UpdateSlot", successes: [200] },
  { operation: "WebApps_UpdateConfigurationSlot", successes: [200] },
  { operation: "WebApps_ListBasicPublishingCredentialsPoliciesSlot", successes: [200] },
  { operation: "WebApps_UpdateFtpAllowedSlot", successes: [200] },
  { operation: "WebApps_UpdateScmAllowedSlot", successes: [200] },
];
