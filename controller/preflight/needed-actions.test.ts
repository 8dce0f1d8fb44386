import { describe, expect, test } from "vitest";
import { API, AUTH_SETTINGS, POLICY, SERVICE, SITE } from "../../test/support/builders.ts";
import { changeOf } from "../../test/support/plans.ts";
import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import { applicationId } from "../azure/directory-ids.ts";
import { authSettingsId, basicPublishingId, webConfigId } from "../azure/resource-ids.ts";
import { SAFEGUARDS } from "../safeguards/index.ts";
import type { Patch } from "../safeguards/safeguard.ts";
import { GRAPH, neededActions, type NeededAction } from "./needed-actions.ts";

const SLOT = `${SITE}/slots/staging`;
const IDENTITY = `${SERVICE.replace(/\/providers.*/, "")}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one`;
const STATEMENTS = { resource: "a", removeHeaders: [], removeQueryParameters: [] };
const SETTING: Patch = { kind: "auth-settings", pointer: "/x", value: true };
const HARDENING: Patch = { kind: "site", member: "httpsOnly", value: true };
const CONFIG: Patch = { kind: "site-config", member: "ftpsState", value: "Disabled" };

const CASES: readonly {
  safeguard: SafeguardName;
  resource: string;
  patch: Patch;
  wanted: readonly NeededAction[];
}[] = [
  {
    safeguard: "managed-identity",
    resource: SERVICE,
    patch: {
      kind: "service-identity",
      identity: {
        type: "SystemAssigned, UserAssigned",
        userAssignedIdentities: { [IDENTITY]: {} },
      },
    },
    wanted: [
      { action: "Microsoft.ApiManagement/service/write", scope: SERVICE },
      {
        action: "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
        scope: IDENTITY,
      },
    ],
  },
  {
    safeguard: "inbound-policy",
    resource: `${API};rev=2/policies/policy`,
    patch: { kind: "api-policy", statements: STATEMENTS },
    wanted: [{ action: "Microsoft.ApiManagement/service/apis/policies/write", scope: API }],
  },
  {
    safeguard: "inbound-policy",
    resource: POLICY,
    patch: { kind: "api-policy-removal", statements: STATEMENTS, record: {} as never },
    wanted: [
      { action: "Microsoft.ApiManagement/service/apis/policies/write", scope: API },
      { action: "Microsoft.ApiManagement/service/apis/policies/delete", scope: API },
    ],
  },
  {
    safeguard: "authentication",
    resource: AUTH_SETTINGS,
    patch: SETTING,
    wanted: [{ action: "Microsoft.Web/sites/config/Write", scope: SITE }],
  },
  {
    safeguard: "authentication",
    resource: authSettingsId(SLOT),
    patch: SETTING,
    wanted: [{ action: "Microsoft.Web/sites/slots/config/Write", scope: SLOT }],
  },
  {
    safeguard: "access-restrictions",
    resource: webConfigId(SITE),
    patch: { kind: "access-rules", rules: [] },
    wanted: [{ action: "Microsoft.Web/sites/config/Write", scope: SITE }],
  },
  {
    safeguard: "hardening",
    resource: webConfigId(SLOT),
    patch: CONFIG,
    wanted: [{ action: "Microsoft.Web/sites/slots/config/Write", scope: SLOT }],
  },
  {
    safeguard: "hardening",
    resource: SITE,
    patch: HARDENING,
    wanted: [{ action: "Microsoft.Web/sites/Write", scope: SITE }],
  },
  {
    safeguard: "hardening",
    resource: SLOT,
    patch: HARDENING,
    wanted: [{ action: "Microsoft.Web/sites/slots/Write", scope: SLOT }],
  },
  {
    safeguard: "hardening",
    resource: basicPublishingId(SLOT, "scm"),
    patch: { kind: "basic-publishing", method: "scm", allow: false },
    wanted: [
      {
        action: "Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies/scm/Write",
        scope: SLOT,
      },
    ],
  },
];

describe("the rights that a change needs", () => {
  test.each(CASES)("$patch.kind of $resource", ({ safeguard, resource, patch, wanted }) => {
    const needed = neededActions(changeOf(safeguard, { resource, patch }));
    expect(needed).toEqual(wanted);
    const declared = SAFEGUARDS.find(({ name }) => name === safeguard)?.actions;
    expect(declared, "its safeguard declares them").toEqual(
      expect.arrayContaining(needed.map(({ action }) => action)),
    );
  });

  test("are one permission of Microsoft Graph for what stands in the directory", () => {
    const change = changeOf("app-registration", {
      resource: applicationId("sfb-1"),
      patch: { kind: "application", uniqueName: "sfb-1", members: {} },
    });
    expect(neededActions(change)).toEqual([
      { action: "Application.ReadWrite.OwnedBy", scope: GRAPH },
    ]);
  });
});
