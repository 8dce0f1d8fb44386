import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import {
  apiId,
  apiPolicyId,
  authSettingsId,
  sameResource,
  serviceId,
  siteId,
} from "../azure/resource-ids.ts";
import { applicationId, managedUniqueName } from "../azure/directory-ids.ts";
import { keyOf } from "../manifests/object-key.ts";
import { givesBack, type Finalization } from "../reconcile/finalize.ts";
import { restoreSiteValues } from "../reconcile/restore-site.ts";
import type { Snapshot } from "../reconcile/snapshot.ts";
import { printable } from "./print.ts";

/** What became of an object that was to be managed no more. */
export interface Farewell {
  /** `namespace/name`. */
  readonly object: string;
  /** False when it was not managed here before either. */
  readonly wasManaged: boolean;
  /** True when something could not be given back, so that it has to be tried again. */
  readonly isManaged: boolean;
  /** Ids of the Azure resources that are as they were before the object came. */
  readonly givenBack: readonly string[];
  /** Ids of the Azure resources that stay as they are. */
  readonly staysInAzure: readonly string[];
  /** Settings of the Function App besides its authentication that stay, as in `status.drift[].path`. */
  readonly settingsThatStay: readonly string[];
  /** What was in the way of giving back; `null` when nothing was. */
  readonly obstacle: { readonly reason: string; readonly message: string } | null;
  /** Where the values from before are kept; `null` when there are none, or they were given back. */
  readonly snapshot: string | null;
}

interface Facts extends Pick<Farewell, "wasManaged" | "snapshot"> {
  readonly finalization: Finalization;
  /** The values from before that were not given back. */
  readonly recorded: Snapshot;
}

/** What to tell about an object, as it was known last. */
export function bidFarewell(
  { metadata, spec }: SecuredFunctionBackend,
  { wasManaged, snapshot, recorded, finalization: { returned, obstacle } }: Facts,
): Farewell {
  const settings = settingsIn(recorded);
  const touched = [
    ...new Set(spec.apis.map(serviceId)),
    ...spec.apis.map((api) => apiPolicyId(apiId(api))),
    authSettingsId(siteId(spec.functionApp)),
    ...new Set(settings.map(({ resource }) => resource)),
    ...managedApplicationOf(spec),
  ];
  return {
    object: keyOf({ metadata }),
    wasManaged,
    isManaged: obstacle !== undefined,
    givenBack: returned,
    staysInAzure: touched.filter((id) => !returned.some((other) => sameResource(id, other))),
    settingsThatStay: settings.map(({ path }) => path),
    obstacle:
      obstacle === undefined ? null : { reason: obstacle.reason, message: obstacle.message },
    snapshot,
  };
}

/** In plain words: what was given back, what stays, and how to undo that by hand. */
export function farewellText(object: SecuredFunctionBackend, farewell: Farewell): string {
  const { wasManaged, isManaged, givenBack, obstacle } = farewell;
  const name = farewell.object;
  if (!wasManaged) return `${name}: is not managed here; nothing to do.\n`;
  const returned = givenBack.map((id) => `  - as it was before: ${id}`);
  const lines = isManaged
    ? [
        `${name}: still managed, not everything could be given back. Delete it again once this is settled:`,
        `  ${obstacle?.reason}: ${obstacle?.message}`,
        ...returned,
      ]
    : givesBack(object.spec)
      ? [
          `${name}: no longer managed. What it had taken was given back:`,
          ...returned,
          ...farewell.staysInAzure.map((id) => `  - stays as it is: ${id}`),
        ]
      : retained(object, farewell);
  return `${lines.map(printable).join("\n")}\n`;
}

function retained(
  { spec, status }: SecuredFunctionBackend,
  { object, snapshot, settingsThatStay }: Farewell,
): string[] {
  const { functionApp, apis, registration } = spec;
  const app = `Function App ${functionApp.name}${functionApp.slot === undefined ? "" : ` (slot ${functionApp.slot})`}`;
  const policies = apis.map(({ serviceName, name }) => `${name} of ${serviceName}`).join(", ");
  const services = [...new Set(apis.map(({ serviceName }) => serviceName))].join(", ");
  return [
    `${object}: no longer managed. Nothing was changed in Azure, so this stays as it is:`,
    `  - ${app}: authentication, which turns everybody away but the gateways and allowed callers`,
    `  - policies of ${policies}: the statements that send the gateway's token and remove the subscription key`,
    `  - the identity of ${services}`,
    ...(settingsThatStay.length === 0 ? [] : [`  - ${app}: ${settingsThatStay.join(", ")}`]),
    ...managedApplicationOf(spec).map(
      (id) => `  - the app registration ${id} in Microsoft Graph, with its service principal`,
    ),
    "To undo it by hand, in this order:",
    `  1. ${app} > Authentication: disable it, or set its values from before`,
    `  2. each policy: take the statements out, with sfb policy remove --resource ${registration.clientId ?? status?.audience ?? "CLIENT_ID"}`,
    ...(settingsThatStay.length === 0
      ? []
      : [`  3. ${app} > Networking and Configuration: set the other values from before`]),
    ...(snapshot === null ? [] : [`The values from before are in ${snapshot}`]),
  ];
}

/** What was set at the Function App besides its authentication: access restrictions, hardening. */
function settingsIn({ resources }: Snapshot) {
  return Object.entries(resources).flatMap(([resource, recorded]) =>
    recorded.kind === "auth-settings" || recorded.kind === "api-policy"
      ? []
      : restoreSiteValues(resource, recorded),
  );
}

/** The application that was managed for the function, where the spec names none. */
function managedApplicationOf({
  registration,
  functionApp,
}: SecuredFunctionBackend["spec"]): readonly string[] {
  if (registration.clientId !== undefined) return [];
  return [applicationId(managedUniqueName(siteId(functionApp)))];
}
