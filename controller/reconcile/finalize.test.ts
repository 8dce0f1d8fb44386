import { describe, expect, test } from "vitest";
import { asAzureAnswers, NEVER_CONFIGURED } from "../../test/support/auth-settings.ts";
import { aBackend, aService, aSpec, OWNER, SITE } from "../../test/support/builders.ts";
import { azureError, FakeAzure } from "../../test/support/fake-azure.ts";
import { isClosed } from "../../test/support/fake-function.ts";
import { FakeOperator, MemorySnapshots } from "../../test/support/fake-operator.ts";
import { managedUniqueName } from "../azure/directory-ids.ts";
import { withValueAt } from "../azure/json.ts";
import { targetOf } from "../safeguards/target.ts";
import { finalize, givesBack, releaseOrphans } from "./finalize.ts";
import { Gateways } from "./gateway.ts";

const POLICY_BEFORE = "<policies>\r\n\t<inbound>\r\n\t\t<base />\r\n\t</inbound>\r\n</policies>";
const SETTINGS_BEFORE = asAzureAnswers(NEVER_CONFIGURED);

/** A function that the operator has closed, with everything it remembers of before. */
async function secured() {
  const azure = new FakeAzure({
    service: aService(),
    policy: POLICY_BEFORE,
    settings: SETTINGS_BEFORE,
  });
  const operator = new FakeOperator(azure);
  await operator.settle();
  azure.writes.length = 0;
  const { snapshots } = operator;
  return {
    azure,
    snapshots,
    workshop: { door: azure.door, gateways: new Gateways(), snapshots, owner: OWNER },
  };
}

describe("giving back everything", () => {
  test("authentication before the policy, so that callers are never kept out", async () => {
    const { azure, snapshots, workshop } = await secured();
    const { returned, obstacle } = await finalize(workshop, aSpec());
    expect(obstacle).toBeUndefined();
    expect(returned).toHaveLength(2);
    expect(azure.writes).toEqual(["putAuthSettings", "putPolicy"]);
    expect(azure.settings).toMatchObject({ platform: { enabled: false } });
    expect(azure.policy?.text).toBe(POLICY_BEFORE);
    expect(snapshots.snapshot.resources).toEqual({});
  });

  test("a second time there is nothing left to give", async () => {
    const { azure, workshop } = await secured();
    await finalize(workshop, aSpec());
    azure.writes.length = 0;
    expect(await finalize(workshop, aSpec())).toEqual({ returned: [] });
    expect(azure.writes).toEqual([]);
  });

  test("cut off anywhere, it goes on where it stopped", async () => {
    for (let cut = 0; cut < 6; cut += 1) {
      const { azure, workshop } = await secured();
      const from = azure.calls.length;
      azure.after = (_, number) => {
        if (number === from + cut) throw new Error("cut off");
      };
      await finalize(workshop, aSpec()).catch(() => undefined);
      azure.after = () => undefined;
      await finalize(workshop, aSpec());
      expect(azure.policy?.text, `cut off at ${cut}`).toBe(POLICY_BEFORE);
      expect(isClosed(azure.settings)).toBe(false);
    }
  });

  test("what cannot be given back stops what is behind it: the function stays closed and called", async () => {
    const { azure, snapshots, workshop } = await secured();
    azure.before = (call) => {
      if (call === "putAuthSettings") throw azureError("ScopeLocked", "Terminal", 409);
    };
    const { returned, obstacle } = await finalize(workshop, aSpec());
    expect(returned).toEqual([]);
    expect(obstacle).toMatchObject({ kind: "blocked", reason: "ScopeLocked" });
    expect(azure.writes).toEqual([]);
    expect(Object.keys(snapshots.snapshot.resources)).toHaveLength(2);
  });

  test("a value that somebody else has set since is kept", async () => {
    const { azure, workshop } = await secured();
    const action = "/globalValidation/unauthenticatedClientAction";
    azure.settings = withValueAt(azure.settings, action, "RedirectToLoginPage");
    const { obstacle } = await finalize(workshop, aSpec());
    expect(obstacle).toMatchObject({
      reason: "RestoreRefused",
      message: expect.stringContaining(action),
    });
    expect(azure.writes).toEqual([]);
  });

  test("a function that is gone has nothing to get back; its policy has", async () => {
    const { azure, workshop } = await secured();
    azure.before = (call) => {
      if (call === "getAuthSettings") throw azureError("TargetNotFound", "Terminal", 404);
    };
    const { returned, obstacle } = await finalize(workshop, aSpec());
    expect(obstacle).toBeUndefined();
    expect(returned).toEqual([
      expect.stringContaining(SITE.toLowerCase()),
      expect.stringContaining("/policies/policy"),
    ]);
    expect(azure.policy?.text).toBe(POLICY_BEFORE);
  });
});

describe("an object whose target others govern", () => {
  const managed = aSpec({ registration: { tokenVersion: "Auto" } });
  const conflict = { kind: "blocked", reason: "Conflict", message: "Older." } as const;

  test("that never wrote leaves their registration alone", async () => {
    const { azure } = await secured();
    azure.directory.create("sfb-orders", {});
    const snapshots = new MemorySnapshots();
    const workshop = { door: azure.door, gateways: new Gateways(), snapshots, owner: OWNER };
    expect(await finalize({ ...workshop, conflict }, managed)).toEqual({ returned: [] });
    const owner = { ...OWNER, installation: "there" };
    expect(await finalize({ ...workshop, owner }, managed)).toEqual({ returned: [] });
    expect(azure.directory.registered).toBeDefined();
    expect(azure.writes).toEqual([]);
  });

  test("that found the function as it is leaves the registration that it goes on using", async () => {
    const { azure } = await secured();
    azure.directory.create(managedUniqueName(SITE), {});
    const { clientId = "" } = azure.directory.registered ?? {};
    const pointer = "/identityProviders/azureActiveDirectory/registration/clientId";
    azure.settings = withValueAt(azure.settings, pointer, clientId);
    const snapshots = new MemorySnapshots();
    const workshop = { door: azure.door, gateways: new Gateways(), snapshots, owner: OWNER };
    expect(await finalize(workshop, managed)).toEqual({ returned: [] });
    expect(azure.directory.registered).toBeDefined();
  });

  test("that wrote once opens nothing that another installation has closed since", async () => {
    const { azure, workshop } = await secured();
    const owner = { ...OWNER, installation: "there" };
    const { returned, obstacle } = await finalize({ ...workshop, owner }, aSpec());
    expect(returned).toEqual([]);
    expect(obstacle).toMatchObject({ kind: "blocked", reason: "OwnedElsewhere" });
    expect(isClosed(azure.settings)).toBe(true);
  });
});

describe("an API that the spec names no longer", () => {
  test("gets its policy back, and the function stays closed", async () => {
    const { azure, workshop } = await secured();
    const apis = aSpec().apis.map((api) => ({ ...api, name: "stock" }));
    await releaseOrphans(workshop, targetOf(aBackend({ spec: { apis } }), undefined, 0));
    expect(azure.writes).toEqual(["putPolicy"]);
    expect(azure.policy?.text).toBe(POLICY_BEFORE);
    expect(isClosed(azure.settings)).toBe(true);
  });

  test("one that it still names keeps it", async () => {
    const { azure, workshop } = await secured();
    await releaseOrphans(workshop, targetOf(aBackend(), undefined, 0));
    expect(azure.writes).toEqual([]);
  });

  test("nor is it looked at where it is not granted any more", async () => {
    const { azure, snapshots, workshop } = await secured();
    const apis = aSpec().apis.map((api) => ({ ...api, name: "stock" }));
    const refused = {
      kind: "blocked",
      reason: "ScopeNotGranted",
      message: "Not granted.",
    } as const;
    const refusalOf = (resource: string) => (/policies/.test(resource) ? refused : undefined);
    azure.calls.length = 0;
    const target = targetOf(aBackend({ spec: { apis } }), undefined, 0);
    const { obstacle } = await releaseOrphans({ ...workshop, refusalOf }, target);
    expect(obstacle).toEqual(refused);
    expect(azure.calls).toEqual([]);
    expect(Object.keys(snapshots.snapshot.resources)).toHaveLength(2);
  });
});

test.each([
  { spec: { deletionPolicy: "Restore" as const }, is: true },
  { spec: { deletionPolicy: "Retain" as const }, is: false },
  { spec: { deletionPolicy: "Restore" as const, suspend: true }, is: false },
  { spec: { deletionPolicy: "Restore" as const, mode: "Observe" as const }, is: false },
])("an object with $spec gives back: $is", ({ spec, is }) => {
  expect(givesBack(aSpec(spec))).toBe(is);
});
