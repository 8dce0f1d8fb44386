import { UNKNOWN_MEMBER } from "./issue.ts";

/** A departure from the documents that is right all the same. */
export interface Allowance {
  /** Ids of operations. */
  readonly operations: RegExp;
  readonly code: string;
  /** JSON pointers into the body; empty for what is not in the body. */
  readonly pointer: RegExp;
  /** Why, with a public source. */
  readonly reason: string;
}

/** An operation for which no document is at hand. */
export interface UndocumentedOperation {
  readonly method: string;
  /** The end of the path, letter case aside. */
  readonly path: RegExp;
  readonly reason: string;
}

const RECORDED_CONFIG =
  "recorded: github.com/Azure/azure-cli, appservice/tests/latest/recordings/test_webapp_config.yaml";
const RECORDED_AUTH =
  "recorded: github.com/Azure/azure-cli-extensions, authV2/tests/latest/recordings/test_authV2_auth.yaml";

/** Operations that the documents do not know, by name. */
export const UNDOCUMENTED_OPERATIONS: readonly UndocumentedOperation[] = [
  {
    method: "GET",
    path: /\/providers\/Microsoft\.ManagedIdentity\/identities\/default$/iu,
    reason:
      "System-assigned identities are in Microsoft.ManagedIdentity 2023-01-31: " +
      "learn.microsoft.com/rest/api/managedidentity/system-assigned-identities/get-by-scope",
  },
  {
    method: "GET",
    path: /\/providers\/Microsoft\.Authorization\/permissions$/iu,
    reason:
      "Permissions_ListForResource 2022-04-01: " +
      "learn.microsoft.com/rest/api/authorization/permissions/list-for-resource",
  },
  {
    method: "GET",
    path: /\/tenant\/access$/iu,
    reason: "TenantAccess_Get: learn.microsoft.com/rest/api/apimanagement/tenant-access/get",
  },
  {
    method: "PATCH",
    path: /\/tenant\/access$/iu,
    reason: "TenantAccess_Update: learn.microsoft.com/rest/api/apimanagement/tenant-access/update",
  },
  {
    method: "POST",
    path: /\/config\/authsettings\/list$/iu,
    reason:
      "WebApps_GetAuthSettings, the classic settings: " +
      "learn.microsoft.com/rest/api/appservice/web-apps/get-auth-settings",
  },
  {
    method: "PUT",
    path: /\/config\/authsettings$/iu,
    reason:
      "WebApps_UpdateAuthSettings, the classic settings: " +
      "learn.microsoft.com/rest/api/appservice/web-apps/update-auth-settings",
  },
  {
    method: "PUT",
    path: /\/apis\/[^/]+\/releases\/[^/]+$/iu,
    reason:
      "ApiRelease_CreateOrUpdate: " +
      "learn.microsoft.com/rest/api/apimanagement/api-release/create-or-update",
  },
  {
    method: "GET",
    path: /\/service\/[^/]+\/tenant\/access$/iu,
    reason: "TenantAccess_Get: learn.microsoft.com/rest/api/apimanagement/tenant-access/get",
  },
  {
    method: "PATCH",
    path: /\/service\/[^/]+\/tenant\/access$/iu,
    reason: "TenantAccess_Update: learn.microsoft.com/rest/api/apimanagement/tenant-access/update",
  },
  {
    method: "POST",
    path: /\/sites\/[^/]+\/(?:start|stop)$/iu,
    reason: "WebApps_Start and WebApps_Stop: learn.microsoft.com/rest/api/appservice/web-apps/stop",
  },
];

/** Operations of Microsoft Graph that only people in the portal use here. */
export const PORTAL_OPERATIONS: readonly UndocumentedOperation[] = [
  {
    method: "POST",
    path: /^\/v1\.0\/applications[/(][^/]+\/addPassword$/iu,
    reason: "learn.microsoft.com/graph/api/application-addpassword",
  },
  {
    method: "POST",
    path: /^\/v1\.0\/applications[/(][^/]+\/federatedIdentityCredentials$/iu,
    reason: "learn.microsoft.com/graph/api/application-post-federatedidentitycredentials",
  },
  {
    method: "DELETE",
    path: /^\/v1\.0\/directory\/deletedItems\/[^/]+$/iu,
    reason: "learn.microsoft.com/graph/api/directory-deleteditems-delete",
  },
  {
    method: "POST",
    path: /^\/v1\.0\/directory\/deletedItems\/[^/]+\/restore$/iu,
    reason: "learn.microsoft.com/graph/api/directory-deleteditems-restore",
  },
  {
    method: "DELETE",
    path: /^\/v1\.0\/servicePrincipals[/(][^/]+$/iu,
    reason: "learn.microsoft.com/graph/api/serviceprincipal-delete",
  },
  {
    method: "DELETE",
    path: /^\/v1\.0\/applications\([^/]+\)$/iu,
    reason: "learn.microsoft.com/graph/api/application-delete, by its other keys",
  },
  {
    method: "PATCH",
    path: /^\/v1\.0\/(?:applications|servicePrincipals)\(appId='[^/]+'\)$/iu,
    reason: "learn.microsoft.com/graph/api/application-update and serviceprincipal-update",
  },
];

/** What our requests may hold although the documents do not say so. */
export const REQUEST_ALLOWANCES: readonly Allowance[] = [
  {
    operations: /^WebApps_Update(?:Slot)?$/u,
    code: UNKNOWN_MEMBER,
    pointer: /^\/properties\/functionsRuntimeAdminIsolationEnabled$/u,
    reason: "documented: learn.microsoft.com/azure/azure-functions/functions-app-settings",
  },
  {
    operations: /^ApiPolicy_CreateOrUpdate$/u,
    code: "UNDECLARED_HEADER",
    pointer: /^$/u,
    reason:
      "If-None-Match on the first policy of an API (RFC 9110, 13.1.2): where the service honours " +
      "it a race is lost instead of an update; where it does not, it changes nothing.",
  },
];

/** What answers hold although the documents do not say so. */
export const ANSWER_ALLOWANCES: readonly Allowance[] = [
  {
    operations: /^(?:NamedValue|PolicyFragment)_(?:CreateOrUpdate|Get)$/u,
    code: "INVALID_RESPONSE_CODE",
    pointer: /^$/u,
    reason:
      "A long-running write: 202 at first, then polled under its own address with asyncId and " +
      "asyncCode, as in the example of learn.microsoft.com/rest/api/apimanagement/named-value/create-or-update",
  },
  {
    operations: /^WebApps_(?:Get|Update)Configuration(?:Slot)?$/u,
    code: UNKNOWN_MEMBER,
    pointer: /^\/(?:location|properties\/siteAuth(?:Enabled|Settings))$/u,
    reason: RECORDED_CONFIG,
  },
  {
    operations: /^WebApps_(?:(?:Get|Update)(?:Slot)?|List(?:ByResourceGroup|Slots)?)$/u,
    code: UNKNOWN_MEMBER,
    pointer: /^(?:\/value\/\d+)?\/properties\/name$/u,
    reason: RECORDED_CONFIG,
  },
  {
    operations: /^WebApps_(?:Get|Update)AuthSettingsV2(?:WithoutSecrets)?(?:Slot)?$/u,
    code: UNKNOWN_MEMBER,
    pointer: /^\/(?:location|properties\/clearInboundClaimsMapping)$/u,
    reason: RECORDED_AUTH,
  },
  {
    operations: /^WebApps_(?:Get|Update)AuthSettingsV2(?:WithoutSecrets)?(?:Slot)?$/u,
    code: "ENUM_MISMATCH",
    pointer: /^\/properties\/globalValidation\/unauthenticatedClientAction$/u,
    reason:
      "The platform accepts Return404, which the enumeration lacks: " +
      "github.com/Azure/azure-rest-api-specs issue 20576",
  },
  {
    operations: /^WebApps_(?:Get|Update)(?:Slot)?$/u,
    code: UNKNOWN_MEMBER,
    pointer: /^\/properties\/functionsRuntimeAdminIsolationEnabled$/u,
    reason: "documented: learn.microsoft.com/azure/azure-functions/functions-app-settings",
  },
  {
    operations: /^WebApps_(?:ListBasicPublishing|(?:Get|Update)(?:Scm|Ftp)Allowed)/u,
    code: UNKNOWN_MEMBER,
    pointer: /^(?:\/value\/\d+)?\/location$/u,
    reason:
      "Templates that people exported from Azure and published show it, as every part of a site " +
      "has it: basicPublishingCredentialsPolicies with a location, on github.com",
  },
  {
    operations: /^WebApps_/u,
    code: UNKNOWN_MEMBER,
    pointer: /^\/(?:Code|Message|Target|Details|Innererror)$/u,
    reason:
      "Microsoft.Web's own form of an error, as clients quote it: " +
      "{Code, Message, Target, Details, Innererror}, with ErrorEntity inside of Details",
  },
  {
    operations: /^application_get_by_(?:appId|uniqueName)$/u,
    code: UNKNOWN_MEMBER,
    pointer: /^\/federatedIdentityCredentials$/u,
    reason:
      "A relationship that $expand brings along: learn.microsoft.com/graph/api/resources/application",
  },
  {
    operations: /^ApiPolicy_Get$/u,
    code: "INVALID_TYPE",
    pointer: /^$/u,
    reason:
      "The document itself is the answer where a vendor content type is asked for: the operation " +
      "declares three, and oav reads each as JSON.",
  },
  {
    operations: /^ApiPolicy_Get$/u,
    code: "MISSING_RESOURCE_ID",
    pointer: /^$/u,
    reason: "As above: a policy document has no id.",
  },
];

/**
 * Members that tests put into auth settings to stand for members newer than every document; the
 * service keeps members it does not know.
 */
export const INVENTED_MEMBER = /\/(?:novel|novelty|future|futureSwitch|alsoNew)$/u;
