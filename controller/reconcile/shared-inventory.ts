import type { Inventory } from "../azure/inventory.ts";
import { KeptReads } from "./kept-reads.ts";

/** What lies around changes seldom, and looking costs many requests. */
export const INVENTORY_LIFETIME_IN_MS = 30 * 60_000;

/** What lies around functions and APIs, read once for all objects and kept for half an hour. */
export class SharedInventory {
  readonly #kept: {
    readonly [Name in keyof Inventory]: KeptReads<Awaited<ReturnType<Inventory[Name]>>>;
  };

  /** `now` answers milliseconds since the epoch. */
  constructor(now: () => number) {
    const keep = <T>() => new KeptReads<T>(INVENTORY_LIFETIME_IN_MS, now);
    this.#kept = {
      listPolicyIds: keep(),
      getPolicyText: keep(),
      listApis: keep(),
      listOperationIds: keep(),
      listOtherOnlineRevisionIds: keep(),
      listProductNames: keep(),
      listBackends: keep(),
      listNamedValues: keep(),
      isDirectManagementOn: keep(),
      listSlots: keep(),
      getSlotAuthSettings: keep(),
      listFunctions: keep(),
      listPermissions: keep(),
    };
  }

  /** The inventory, with what is known of it. */
  sharing(inventory: Inventory): Inventory {
    const kept = this.#kept;
    return {
      listPolicyIds: (id) => kept.listPolicyIds.get(id, () => inventory.listPolicyIds(id)),
      getPolicyText: (id) => kept.getPolicyText.get(id, () => inventory.getPolicyText(id)),
      listApis: (id) => kept.listApis.get(id, () => inventory.listApis(id)),
      listOperationIds: (id) => kept.listOperationIds.get(id, () => inventory.listOperationIds(id)),
      listOtherOnlineRevisionIds: (id) =>
        kept.listOtherOnlineRevisionIds.get(id, () => inventory.listOtherOnlineRevisionIds(id)),
      listProductNames: (id) => kept.listProductNames.get(id, () => inventory.listProductNames(id)),
      listBackends: (id) => kept.listBackends.get(id, () => inventory.listBackends(id)),
      listNamedValues: (id) => kept.listNamedValues.get(id, () => inventory.listNamedValues(id)),
      isDirectManagementOn: (id) =>
        kept.isDirectManagementOn.get(id, () => inventory.isDirectManagementOn(id)),
      listSlots: (id) => kept.listSlots.get(id, () => inventory.listSlots(id)),
      getSlotAuthSettings: (id) =>
        kept.getSlotAuthSettings.get(id, () => inventory.getSlotAuthSettings(id)),
      listFunctions: (id) => kept.listFunctions.get(id, () => inventory.listFunctions(id)),
      listPermissions: (id) => kept.listPermissions.get(id, () => inventory.listPermissions(id)),
    };
  }

  /** Forgets what lies at a resource and below it: somebody asks for a fresh look there. */
  forget(resourceId: string): void {
    for (const reads of Object.values(this.#kept)) reads.forget(resourceId);
  }

  /** Forgets what is too old to be answered. */
  dropExpired(): void {
    for (const reads of Object.values(this.#kept)) reads.dropExpired();
  }
}
