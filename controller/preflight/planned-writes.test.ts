import { describe, expect, test } from "vitest";
import { AUTH_SETTINGS, POLICY, SERVICE, SITE } from "../../test/support/builders.ts";
import { aPlan, changeOf } from "../../test/support/plans.ts";
import { webConfigId } from "../azure/resource-ids.ts";
import { plannedWrites } from "./planned-writes.ts";

const STATEMENTS = { resource: "a", removeHeaders: [], removeQueryParameters: [] };
const policy = (path: string) =>
  changeOf("inbound-policy", {
    resource: POLICY,
    path,
    patch: { kind: "api-policy", statements: STATEMENTS },
  });
const RULES = changeOf("access-restrictions", {
  resource: webConfigId(SITE),
  path: "access-restrictions:/ipSecurityRestrictions",
  patch: { kind: "access-rules", rules: [] },
});
const FTP = changeOf("hardening", {
  resource: webConfigId(SITE),
  path: "hardening:/ftpsState",
  patch: { kind: "site-config", member: "ftpsState", value: "Disabled" },
});

function linesOf(given: Parameters<typeof aPlan>[0]): readonly string[] {
  return plannedWrites(aPlan(given)).map(
    ({ step, resource, restartsApp }) =>
      `${step} ${resource.split("/").slice(8).join("/")} ${restartsApp}`,
  );
}

describe("what would be written", () => {
  test("is one request for each resource, in the order of a roll-out", () => {
    const lines = linesOf({
      steps: {
        "managed-identity": {
          changes: [
            changeOf("managed-identity", {
              resource: SERVICE,
              patch: { kind: "service-identity", identity: { type: "SystemAssigned" } },
            }),
          ],
        },
        "inbound-policy": { changes: [policy("inbound-policy:a"), policy("inbound-policy:b")] },
        authentication: { changes: [changeOf("authentication", { resource: AUTH_SETTINGS })] },
      },
    });
    expect(lines).toEqual([
      "ManagedIdentity contoso-apim No",
      "InboundPolicy contoso-apim/apis/orders/policies/policy No",
      "Authentication orders-func/config/authsettingsV2 Yes",
    ]);
  });

  test("hardens in the same request that restricts, where both write one resource", () => {
    expect(
      linesOf({
        steps: { "access-restrictions": { changes: [RULES] }, hardening: { changes: [FTP] } },
      }),
    ).toEqual(["AccessRestrictions orders-func/config/web Unknown"]);
    expect(linesOf({ steps: { hardening: { changes: [FTP] } } })).toEqual([
      "Hardening orders-func/config/web Unknown",
    ]);
  });

  test("says what it does in words", () => {
    const plan = aPlan({
      steps: {
        "inbound-policy": { changes: [policy("inbound-policy:a"), policy("inbound-policy:b")] },
        "access-restrictions": { changes: [RULES] },
        hardening: { changes: [FTP] },
      },
    });
    expect(plannedWrites(plan).map(({ what }) => what)).toEqual([
      "sets 2 statements of the inbound policy, and keeps everything else to the byte",
      "sets ipSecurityRestrictions, ftpsState of the app's configuration, and keeps all others",
    ]);
  });

  test("is nothing where nothing differs", () => {
    expect(plannedWrites(aPlan())).toEqual([]);
  });
});
