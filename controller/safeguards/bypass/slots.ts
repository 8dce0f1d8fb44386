import type { Slot } from "../../azure/inventory.ts";
import type { JsonObject } from "../../azure/json.ts";
import { nameOf, sameResource, withoutSlot } from "../../azure/resource-ids.ts";
import { isEnforced } from "../authentication.ts";
import { defineBypassCheck } from "./bypass-check.ts";

interface SeenSlot extends Slot {
  readonly settings: JsonObject;
}

/** Other slots of the same app: host names, settings and keys of their own. */
export const slots = defineBypassCheck<readonly SeenSlot[]>({
  codes: ["SlotOpen"],
  actions: ["Microsoft.Web/sites/slots/Read", "Microsoft.Web/sites/slots/config/Read"],

  async observe(inventory, { siteId }) {
    const all = await inventory.listSlots(withoutSlot(siteId));
    const others = all.filter(({ id }) => !sameResource(id, siteId));
    return await Promise.all(
      others.map(async (slot) => ({
        ...slot,
        settings: await inventory.getSlotAuthSettings(slot.id),
      })),
    );
  },

  judge: (seen) =>
    seen
      .filter(({ settings }) => !isEnforced(settings))
      .map(({ id, hostName }) => ({
        code: "SlotOpen",
        resource: id,
        message: `Authentication does not close slot ${nameOf(id)}, which answers at ${hostName}.`,
      })),
});
