import { describe, expect, test } from "vitest";
import { authSettings, NEVER_CONFIGURED } from "../../test/support/auth-settings.ts";
import {
  aChange,
  aService,
  AUDIENCE,
  OWNER,
  POLICY,
  SERVICE,
} from "../../test/support/builders.ts";
import { azureError, FakeAzure } from "../../test/support/fake-azure.ts";
import { MemorySnapshots } from "../../test/support/fake-operator.ts";
import type { Json } from "../azure/json.ts";
import { removePolicy, type PolicyStatements } from "../policy/policy.ts";
import { ownersIn, withMarker } from "../safeguards/owner-marker.ts";
import { KNOWN_AFTER_APPLY, type Change } from "../safeguards/safeguard.ts";
import { execute } from "./execute.ts";
import { Gateways } from "./gateway.ts";
import { EMPTY_SNAPSHOT, restoration } from "./snapshot.ts";

const STATEMENTS: PolicyStatements = {
  resource: AUDIENCE,
  removeHeaders: [],
  removeQueryParameters: [],
};
const OPEN = "<policies><inbound><base /></inbound></policies>";

function setting(pointer: string, value: Json | undefined): Change {
  return aChange({
    path: `authentication:${pointer}`,
    desired: value,
    patch: { kind: "auth-settings", pointer, value },
  });
}

const intoPolicy = aChange({
  safeguard: "inbound-policy",
  resource: POLICY,
  path: "inbound-policy:inbound/authentication-managed-identity",
  patch: { kind: "api-policy", statements: STATEMENTS },
});
const identity = aChange({
  safeguard: "managed-identity",
  resource: SERVICE,
  patch: { kind: "service-identity", identity: { type: "SystemAssigned" } },
});

function workshop(azure: FakeAzure, snapshots = new MemorySnapshots()) {
  return { door: azure.door, gateways: new Gateways(), snapshots, owner: OWNER };
}

describe("the owner's marker", () => {
  const THEM = { installation: "there", namespace: "shop", name: "orders" };

  test("goes with a write of the settings, and is no reason for one", async () => {
    const azure = new FakeAzure({ settings: { platform: { enabled: false } } });
    await execute(workshop(azure), [setting("/platform/enabled", false)]);
    expect(azure.writes).toEqual([]);
    await execute(workshop(azure), [setting("/platform/enabled", true)]);
    expect(ownersIn(azure.settings)).toEqual([OWNER]);
  });

  test("of another installation that came since the look stops the write, and nothing is recorded", async () => {
    const settings = withMarker({ platform: { enabled: false } }, THEM);
    const azure = new FakeAzure({ settings });
    const snapshots = new MemorySnapshots();
    const writing = execute(workshop(azure, snapshots), [setting("/platform/enabled", true)]);
    await expect(writing).rejects.toMatchObject({ reason: "StaleRead" });
    expect(azure.writes).toEqual([]);
    expect(snapshots.snapshot).toEqual(EMPTY_SNAPSHOT);
  });

  test("is replaced where that was asked for, and what it replaced is not given back", async () => {
    const azure = new FakeAzure({ settings: withMarker({}, THEM) });
    const snapshots = new MemorySnapshots();
    const takeOver = aChange({ patch: { kind: "owner-marker" } });
    await execute(workshop(azure, snapshots), [takeOver]);
    expect(ownersIn(azure.settings)).toEqual([OWNER]);
    expect(snapshots.snapshot).toEqual(EMPTY_SNAPSHOT);
    await execute(workshop(azure), [setting("/platform/enabled", false)], {
      distrustsReads: false,
      marker: "remove",
    });
    expect(ownersIn(azure.settings)).toEqual([]);
  });
});

describe("one write per resource", () => {
  test("several settings in one PUT, with everything else that stood there", async () => {
    const azure = new FakeAzure({
      settings: { platform: { enabled: false, unknown: 1 }, foreign: [2] },
    });
    await execute(workshop(azure), [
      setting("/platform/enabled", true),
      setting("/httpSettings/requireHttps", true),
    ]);
    expect(azure.writes).toEqual(["putAuthSettings"]);
    expect(azure.settings).toMatchObject({
      platform: { enabled: true, unknown: 1 },
      foreign: [2],
      httpSettings: { requireHttps: true },
    });
  });

  test("several differences of a policy in one PUT", async () => {
    const azure = new FakeAzure({ policy: OPEN });
    await execute(workshop(azure), [
      intoPolicy,
      { ...intoPolicy, path: "inbound-policy:inbound/base" },
    ]);
    expect(azure.writes).toEqual(["putPolicy"]);
  });

  test("several differences of an application in one PATCH", async () => {
    const azure = new FakeAzure();
    const patch = { kind: "application", uniqueName: "sfb-1" } as const;
    const application = { safeguard: "app-registration", resource: "/applications(…)" } as const;
    const members = { signInAudience: "AzureADMyOrg" };
    const begun = await execute(workshop(azure), [
      aChange({ ...application, patch: { ...patch, members } }),
    ]);
    await execute(workshop(azure), [
      aChange({ ...application, patch: { ...patch, id: "1", members } }),
      aChange({
        ...application,
        patch: { ...patch, id: "1", members: { api: { requestedAccessTokenVersion: 2 } } },
      }),
    ]);
    expect(azure.writes).toEqual(["createApplication", "updateApplication"]);
    expect(begun).toMatchObject([{ resourceId: application.resource }]);
    expect(azure.directory.registered).toMatchObject({ tokenVersion: "V2", ...members });
  });

  test("resources in the order of their first change; what was begun is handed out", async () => {
    const azure = new FakeAzure({ policy: OPEN });
    const begun = await execute(workshop(azure), [
      identity,
      intoPolicy,
      setting("/platform/enabled", true),
    ]);
    expect(azure.writes).toEqual(["updateIdentity", "putPolicy", "putAuthSettings"]);
    expect(begun).toEqual([
      {
        resourceId: SERVICE,
        url: expect.stringContaining("/operations/1"),
        retryAfterInMs: 60_000,
      },
    ]);
  });

  test("what a failing write leaves behind it is not begun", async () => {
    const azure = new FakeAzure({ service: aService(), policy: OPEN });
    azure.before = (call) => {
      if (call === "putPolicy") throw azureError("PermissionMissing", "Permission", 403);
    };
    await expect(
      execute(workshop(azure), [intoPolicy, setting("/platform/enabled", true)]),
    ).rejects.toMatchObject({
      reason: "PermissionMissing",
    });
    expect(azure.writes).toEqual([]);
  });
});

describe("nothing is written where nothing differs any more", () => {
  test("settings that somebody has put right meanwhile", async () => {
    const azure = new FakeAzure({ settings: authSettings() });
    const snapshots = new MemorySnapshots();
    await execute(workshop(azure, snapshots), [setting("/platform/enabled", true)]);
    expect(azure.writes).toEqual([]);
    expect(snapshots.snapshot.resources).toEqual({});
  });

  test("a policy that somebody has put right meanwhile", async () => {
    const azure = new FakeAzure({ policy: OPEN });
    await execute(workshop(azure), [intoPolicy]);
    await execute(workshop(azure), [intoPolicy]);
    expect(azure.writes).toEqual(["putPolicy"]);
  });

  test("a policy that is gone when it is to be given back", async () => {
    const azure = new FakeAzure({ policy: OPEN });
    const snapshots = new MemorySnapshots();
    await execute(workshop(azure, snapshots), [intoPolicy]);
    azure.policy = undefined;
    azure.writes.length = 0;
    await execute(workshop(azure, snapshots), restoration(snapshots.snapshot));
    expect(azure.writes).toEqual([]);
  });
});

describe("the snapshot", () => {
  test.each([
    { name: "settings", change: setting("/platform/enabled", true), write: "putAuthSettings" },
    { name: "a policy", change: intoPolicy, write: "putPolicy" },
  ])("is stored before $name is written", async ({ change, write }) => {
    const azure = new FakeAzure({ policy: OPEN });
    const snapshots = new MemorySnapshots();
    const recordedAtWrite: number[] = [];
    azure.before = (call) => {
      if (call === write) recordedAtWrite.push(Object.keys(snapshots.snapshot.resources).length);
    };
    await execute(workshop(azure, snapshots), [change]);
    expect(recordedAtWrite).toEqual([1]);
  });

  test.each([
    {
      name: "stored",
      broken: { store: () => Promise.reject(new Error("disk full")) },
      change: intoPolicy,
    },
    {
      name: "loaded",
      broken: { load: () => Promise.reject(new Error("disk full")) },
      change: intoPolicy,
    },
    {
      name: "stored",
      broken: { store: () => Promise.reject(new Error("disk full")) },
      change: setting("/platform/enabled", true),
    },
    {
      name: "loaded",
      broken: { load: () => Promise.reject(new Error("disk full")) },
      change: setting("/platform/enabled", true),
    },
  ])("that cannot be $name stops the write of $change.safeguard", async ({ broken, change }) => {
    const azure = new FakeAzure({ policy: OPEN });
    const snapshots = Object.assign(new MemorySnapshots(), broken);
    await expect(execute(workshop(azure, snapshots), [change])).rejects.toMatchObject({
      name: "SnapshotUnavailable",
      message: expect.stringContaining("disk full"),
    });
    expect(azure.writes).toEqual([]);
  });
});

describe("a lost race over a policy", () => {
  /** Somebody else writes the policy right before the first `times` of our writes. */
  function raced(azure: FakeAzure, times: number): string[] {
    const theirs: string[] = [];
    azure.before = (call) => {
      if (call !== "putPolicy" || theirs.length >= times) return;
      theirs.push(OPEN.replace("<base />", `<base /><rate-limit calls="${theirs.length}" />`));
      azure.editPolicy(theirs.at(-1) ?? "");
    };
    return theirs;
  }

  test.each([1, 2])("%i times: read and merged again, nothing of theirs is lost", async (times) => {
    const azure = new FakeAzure({ policy: OPEN });
    const theirs = raced(azure, times);
    const snapshots = new MemorySnapshots();
    await execute(workshop(azure, snapshots), [intoPolicy]);
    expect(azure.writes).toEqual(["putPolicy"]);
    expect(azure.policy?.text).toContain("rate-limit");
    const [recorded] = Object.values(snapshots.snapshot.resources);
    if (recorded?.kind !== "api-policy") throw new Error("the merge is recorded");
    const removed = removePolicy(azure.policy?.text ?? "", recorded);
    expect(removed).toMatchObject({ outcome: "removed", text: theirs.at(-1) });
  });

  test("three times: given up for this pass", async () => {
    const azure = new FakeAzure({ policy: OPEN });
    raced(azure, 3);
    await expect(execute(workshop(azure), [intoPolicy])).rejects.toMatchObject({
      reason: "StaleRead",
    });
    expect(azure.calls.filter((call) => call === "putPolicy")).toHaveLength(3);
    expect(azure.writes).toEqual([]);
  });

  test("another failure is not tried again", async () => {
    const azure = new FakeAzure({ policy: OPEN });
    azure.before = (call) => {
      if (call === "putPolicy") throw azureError("GatewayBusy", "Wait", 409);
    };
    await expect(execute(workshop(azure), [intoPolicy])).rejects.toMatchObject({
      reason: "GatewayBusy",
    });
    expect(azure.calls).toEqual(["getPolicy", "putPolicy"]);
  });

  test("a policy that became a conflict meanwhile is left as it is", async () => {
    const theirs = OPEN.replace(
      "<base />",
      '<authentication-managed-identity resource="https://vault" />',
    );
    const azure = new FakeAzure({ policy: theirs });
    await expect(execute(workshop(azure), [intoPolicy])).rejects.toMatchObject({
      reason: "StaleRead",
    });
    expect(azure.policy?.text).toBe(theirs);
  });
});

describe("what is never sent", () => {
  test.each([
    { name: "a setting", change: setting("/a", [KNOWN_AFTER_APPLY]) },
    {
      name: "a statement",
      change: {
        ...intoPolicy,
        patch: { kind: "api-policy", statements: { ...STATEMENTS, clientId: KNOWN_AFTER_APPLY } },
      } satisfies Change,
    },
  ])("$name that is not known yet", async ({ change }) => {
    const azure = new FakeAzure({ policy: OPEN });
    await expect(execute(workshop(azure), [change])).rejects.toThrow(/not known yet/);
    expect(azure.writes).toEqual([]);
  });

  test("one unknown among several: none of them", async () => {
    const azure = new FakeAzure({ settings: NEVER_CONFIGURED });
    const changes = [setting("/platform/enabled", true), setting("/a", KNOWN_AFTER_APPLY)];
    await expect(execute(workshop(azure), changes)).rejects.toThrow(/not known yet/);
    expect(azure.settings).toBe(NEVER_CONFIGURED);
  });

  test("an empty list", async () => {
    const azure = new FakeAzure({ settings: NEVER_CONFIGURED });
    await expect(execute(workshop(azure), [setting("/allowed", [])])).rejects.toThrow(
      /empty list refused/,
    );
    expect(azure.writes).toEqual([]);
  });
});
