import { describe, expect, test } from "vitest";
import { aService, SERVICE } from "../../test/support/builders.ts";
import { azureError, FakeAzure } from "../../test/support/fake-azure.ts";
import type { Door, Service } from "../azure/door.ts";
import { Gateways } from "./gateway.ts";

const SHOUTED = SERVICE.toUpperCase();

describe("sharing", () => {
  test("all who ask in a sweep share one read, whatever the letter case", async () => {
    const azure = new FakeAzure();
    const gateways = new Gateways();
    const one = gateways.sharing(azure.door).apiManagement;
    const other = gateways.sharing(azure.door).apiManagement;
    await Promise.all([one.getService(SERVICE), other.getService(SHOUTED)]);
    await Promise.all([one.getSystemIdentity(SERVICE), other.getSystemIdentity(SHOUTED)]);
    expect(azure.calls).toEqual(["getService", "getSystemIdentity"]);
  });

  test("a new sweep reads anew", async () => {
    const azure = new FakeAzure();
    const gateways = new Gateways();
    const { apiManagement } = gateways.sharing(azure.door);
    await apiManagement.getService(SERVICE);
    gateways.beginSweep();
    await apiManagement.getService(SERVICE);
    expect(azure.calls).toEqual(["getService", "getService"]);
  });

  test("a read that failed is not kept", async () => {
    const azure = new FakeAzure();
    const { apiManagement } = new Gateways().sharing(azure.door);
    azure.before = () => {
      throw azureError("Throttled", "Wait", 429);
    };
    await expect(apiManagement.getService(SERVICE)).rejects.toMatchObject({ reason: "Throttled" });
    azure.before = () => undefined;
    expect(await apiManagement.getService(SERVICE)).toBe(azure.service);
  });

  test.each(["getService", "listApis"] as const)(
    "a pass that is cut off in %s takes nobody with it",
    async (call) => {
      const azure = new FakeAzure();
      const cut = Promise.withResolvers<never>();
      const door = azure.door;
      const first = {
        ...door,
        apiManagement: { ...door.apiManagement, getService: () => cut.promise },
        inventory: { ...door.inventory, listApis: () => cut.promise },
      };
      const gateways = new Gateways();
      const read = ({ apiManagement, inventory }: Door) =>
        call === "getService" ? apiManagement.getService(SERVICE) : inventory.listApis(SERVICE);
      const ofFirst = read(gateways.sharing(first));
      const ofOther = read(gateways.sharing(door));
      cut.reject(new Error("the pass did not end in time"));
      await expect(ofFirst).rejects.toThrow("in time");
      expect(await ofOther).toEqual(await read(door));
    },
  );

  test("a read of the last sweep that fails late takes nothing from this one", async () => {
    const azure = new FakeAzure();
    const gateways = new Gateways();
    const late = Promise.withResolvers<Service>();
    const reads = [late.promise, Promise.resolve(aService())];
    azure.door.apiManagement.getService = async () =>
      (await reads.shift()) ?? aService({ id: "third" });
    const { apiManagement } = gateways.sharing(azure.door);
    const old = apiManagement.getService(SERVICE);
    gateways.beginSweep();
    await apiManagement.getService(SERVICE);
    late.reject(azureError("AzureTimeout"));
    await expect(old).rejects.toMatchObject({ reason: "AzureTimeout" });
    expect((await apiManagement.getService(SERVICE)).id).toBe(SERVICE);
  });

  test("what was changed is read anew, for everybody", async () => {
    const azure = new FakeAzure();
    const { apiManagement } = new Gateways().sharing(azure.door);
    await apiManagement.getService(SERVICE);
    await apiManagement.updateIdentity(SHOUTED, { type: "SystemAssigned" });
    expect((await apiManagement.getService(SERVICE)).identityTypes).toEqual(["SystemAssigned"]);
  });

  test("what is one object's own is not shared", async () => {
    const azure = new FakeAzure();
    const { apiManagement } = new Gateways().sharing(azure.door);
    await apiManagement.getPolicy("/api");
    await apiManagement.getPolicy("/api");
    expect(azure.calls).toEqual(["getPolicy", "getPolicy"]);
  });
});

describe("exclusively", () => {
  test("one after the other, in order of asking", async () => {
    const gateways = new Gateways();
    const log: string[] = [];
    const first = Promise.withResolvers<void>();
    const one = gateways.exclusively(SERVICE, async () => {
      log.push("one begins");
      await first.promise;
      log.push("one ends");
    });
    const two = gateways.exclusively(SHOUTED, async () => {
      log.push("two");
    });
    const three = gateways.exclusively(SERVICE, async () => {
      log.push("three");
    });
    const elsewhere = gateways.exclusively("/other", async () => {
      log.push("elsewhere");
    });
    await elsewhere;
    first.resolve();
    await Promise.all([one, two, three]);
    expect(log).toEqual(["one begins", "elsewhere", "one ends", "two", "three"]);
  });

  test("a failure is told to who caused it, and ends nobody else's turn", async () => {
    const gateways = new Gateways();
    const failing = gateways.exclusively(SERVICE, () => Promise.reject(new Error("mine")));
    const next = gateways.exclusively(SERVICE, async () => "done");
    await expect(failing).rejects.toThrow("mine");
    expect(await next).toBe("done");
    expect(await gateways.exclusively(SERVICE, async () => "again")).toBe("again");
  });
});

describe("a fresh look around one object", () => {
  test("costs the others no read", async () => {
    const azure = new FakeAzure();
    const gateways = new Gateways();
    const { inventory } = gateways.sharing(azure.door);
    const other = SERVICE.replace(/[^/]+$/, "other-apim");
    const look = async () => {
      for (const id of [SERVICE, other]) await inventory.listApis(id);
      return azure.calls.splice(0);
    };
    await look();
    gateways.forgetInventory([SHOUTED]);
    expect(await look()).toEqual(["listApis"]);
  });
});
