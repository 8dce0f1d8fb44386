import { describe, expect, test } from "vitest";
import {
  aBackend,
  aSpec,
  AUDIENCE,
  AUTH_SETTINGS,
  POLICY,
  SERVICE,
  SITE,
} from "../../test/support/builders.ts";
import { applicationId, managedUniqueName } from "../azure/directory-ids.ts";
import { basicPublishingId, webConfigId } from "../azure/resource-ids.ts";
import { EMPTY_SNAPSHOT, withRecordedValues } from "../reconcile/snapshot.ts";
import { bidFarewell, farewellText } from "./farewell.ts";

const SNAPSHOT = "/state/snapshots/shop_orders.json";
const managed = {
  wasManaged: true,
  snapshot: SNAPSHOT,
  recorded: EMPTY_SNAPSHOT,
  finalization: { returned: [] },
};

describe("a farewell", () => {
  test("names everything in Azure that stays, each resource once", () => {
    const [api] = aSpec().apis;
    const spec = {
      apis: [
        { ...api!, name: "orders" },
        { ...api!, name: "orders-v2" },
      ],
    };
    expect(bidFarewell(aBackend({ spec }), managed)).toEqual({
      object: "shop/orders",
      wasManaged: true,
      isManaged: false,
      givenBack: [],
      obstacle: null,
      snapshot: SNAPSHOT,
      staysInAzure: [
        SERVICE,
        POLICY,
        POLICY.replace("apis/orders", "apis/orders-v2"),
        AUTH_SETTINGS,
      ],
      settingsThatStay: [],
    });
  });

  test("says in plain words what stays and how to undo it, callers first", () => {
    const object = aBackend();
    const text = farewellText(object, bidFarewell(object, managed));
    expect(text).toContain("shop/orders: no longer managed. Nothing was changed in Azure");
    expect(text).toContain("Function App orders-func: authentication");
    expect(text).toContain("policies of orders of contoso-apim");
    expect(text.indexOf("1. Function App")).toBeLessThan(text.indexOf("2. each policy"));
    expect(text).toContain(`sfb policy remove --resource ${object.spec.registration.clientId}`);
    expect(text).toMatch(/are in \/state\/snapshots\/shop_orders\.json\n$/);
  });

  test("names a managed registration, and the audience that it has", () => {
    const spec = { registration: { tokenVersion: "Auto" } } as const;
    const object = aBackend({ spec, status: { audience: AUDIENCE } });
    const farewell = bidFarewell(object, managed);
    expect(farewell.staysInAzure.at(-1)).toBe(applicationId(managedUniqueName(SITE)));
    const text = farewellText(object, farewell);
    expect(text).toContain(`the app registration ${farewell.staysInAzure.at(-1)}`);
    expect(text).toContain(`sfb policy remove --resource ${AUDIENCE}`);
  });

  test("names access restrictions and hardening that were written, and no others", () => {
    const webConfig = webConfigId(SITE).toLowerCase();
    const restricted = withRecordedValues(EMPTY_SNAPSHOT, webConfig, "site-config", [
      { pointer: "/ipSecurityRestrictions", value: undefined, written: [] },
    ]);
    const hardened = withRecordedValues(restricted, SITE, "site", [
      { pointer: "/httpsOnly", value: false, written: true },
    ]);
    const ftp = basicPublishingId(SITE, "ftp").toLowerCase();
    const recorded = withRecordedValues(hardened, ftp, "basic-publishing", [
      { pointer: "/allow", value: true, written: false },
    ]);
    const object = aBackend();
    const farewell = bidFarewell(object, { ...managed, recorded });
    expect(farewell.staysInAzure.slice(-3)).toEqual([webConfig, SITE.toLowerCase(), ftp]);
    expect(farewell.settingsThatStay).toEqual([
      "access-restrictions:/ipSecurityRestrictions",
      "hardening:/httpsOnly",
      "hardening:/basicPublishingCredentialsPolicies/ftp/allow",
    ]);
    const text = farewellText(object, farewell);
    expect(text).toContain(
      `  - Function App orders-func: ${farewell.settingsThatStay.join(", ")}\n`,
    );
    expect(text.indexOf("2. each policy")).toBeLessThan(text.indexOf("3. Function App"));
    expect(farewellText(object, bidFarewell(object, managed))).not.toContain("hardening");
  });

  test("speaks of no snapshot where none was needed", () => {
    const object = aBackend();
    const text = farewellText(object, bidFarewell(object, { ...managed, snapshot: null }));
    expect(text).not.toContain("values from before are in");
  });

  test("of what was not managed is short", () => {
    const object = aBackend();
    const farewell = bidFarewell(object, { ...managed, wasManaged: false });
    expect(farewellText(object, farewell)).toBe(
      "shop/orders: is not managed here; nothing to do.\n",
    );
  });

  test("with Restore tells what was given back, and what stays", () => {
    const object = aBackend({ spec: { deletionPolicy: "Restore" } });
    const returned = [AUTH_SETTINGS.toLowerCase(), POLICY.toLowerCase()];
    const facts = { ...managed, snapshot: null, finalization: { returned } };
    const farewell = bidFarewell(object, facts);
    expect(farewell).toMatchObject({ givenBack: returned, staysInAzure: [SERVICE] });
    expect(farewellText(object, farewell)).toBe(
      [
        "shop/orders: no longer managed. What it had taken was given back:",
        ...returned.map((id) => `  - as it was before: ${id}`),
        `  - stays as it is: ${SERVICE}\n`,
      ].join("\n"),
    );
  });

  test("is none yet while something is in the way of giving back", () => {
    const object = aBackend({ spec: { deletionPolicy: "Restore" } });
    const obstacle = { kind: "blocked", reason: "ScopeLocked", message: "unlock it" } as const;
    const finalization = { returned: [AUTH_SETTINGS], obstacle };
    const farewell = bidFarewell(object, { ...managed, finalization });
    expect(farewell).toMatchObject({ isManaged: true, obstacle: { reason: "ScopeLocked" } });
    const text = farewellText(object, farewell);
    expect(text).toMatch(/^shop\/orders: still managed, /);
    expect(text).toContain("  ScopeLocked: unlock it\n");
  });
});
