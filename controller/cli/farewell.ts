import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { apiPolicyId, authSettingsId, serviceId, siteId, apiId } from "../azure/resource-ids.ts";
import { keyOf } from "../manifests/object-key.ts";
import { printable } from "./print.ts";

/** What is told about an object that is managed no more. */
export interface Farewell {
  /** `namespace/name`. */
  readonly object: string;
  /** False when it was not managed here before either. */
  readonly wasManaged: boolean;
  /** Ids of the Azure resources that stay as they are. */
  readonly staysInAzure: readonly string[];
  /** Where the values from before it was managed are kept; `null` when nothing was ever written. */
  readonly snapshot: string | null;
}

/** What to tell about an object, as it was known last. */
export function bidFarewell(
  { metadata, spec }: SecuredFunctionBackend,
  { wasManaged, snapshot }: Pick<Farewell, "wasManaged" | "snapshot">,
): Farewell {
  const staysInAzure = [
    ...new Set(spec.apis.map(serviceId)),
    ...spec.apis.map((api) => apiPolicyId(apiId(api))),
    authSettingsId(siteId(spec.functionApp)),
  ];
  return { object: keyOf({ metadata }), wasManaged, staysInAzure, snapshot };
}

/** In plain words: what stays, and how to undo it by hand. */
export function farewellText(object: SecuredFunctionBackend, farewell: Farewell): string {
  if (!farewell.wasManaged) return `${farewell.object}: is not managed here; nothing to do.\n`;
  const { functionApp, apis, registration } = object.spec;
  const app =
    functionApp.slot === undefined
      ? functionApp.name
      : `${functionApp.name}, slot ${functionApp.slot}`;
  const apiNames = apis.map(({ serviceName, name }) => `${name} of ${serviceName}`).join(", ");
  const lines = [
    `${farewell.object}: no longer managed. Nothing was changed in Azure, so this stays as it is:`,
    `  - Function App ${app}: authentication, which turns everybody away but the gateways and allowed callers`,
    `  - policies of ${apiNames}: the statements that send the gateway's token and remove the subscription key`,
    `  - the identity of ${[...new Set(apis.map(({ serviceName }) => serviceName))].join(", ")}`,
    "To undo it by hand, in this order:",
    `  1. Function App ${app} > Authentication: disable it, or set its values from before`,
    `  2. each policy: take the statements out, with sfb policy remove --resource ${registration.clientId}`,
    ...(farewell.snapshot === null ? [] : [`The values from before are in ${farewell.snapshot}`]),
  ];
  return `${lines.map(printable).join("\n")}\n`;
}
