import { expect, test } from "vitest";
import { aSpec, SITE } from "../../../test/support/builders.ts";
import { look } from "../../../test/support/look.ts";
import { slots } from "./slots.ts";

const CLOSED = {
  platform: { enabled: true },
  globalValidation: {
    requireAuthentication: true,
    unauthenticatedClientAction: "Return401",
  },
};
const OPEN = { platform: { enabled: false } };

function slot(name: string, settings: typeof CLOSED | typeof OPEN) {
  return { id: `${SITE}/slots/${name}`, hostName: `${name}.example`, settings };
}

test("slots that are not closed are found by their names", async () => {
  const found = await look(slots, {
    inventory: (inventory) => {
      inventory.slots = [slot("staging", OPEN), slot("next", CLOSED)];
    },
  });
  expect(found).toEqual([
    {
      code: "SlotOpen",
      resource: `${SITE}/slots/staging`,
      message: expect.stringContaining("staging.example"),
    },
  ]);
});

test("the slot that the object speaks of is none of the others", async () => {
  const found = await look(slots, {
    spec: { functionApp: { ...aSpec().functionApp, slot: "staging" } },
    inventory: (inventory) => {
      inventory.slots = [slot("Staging", OPEN)];
    },
  });
  expect(found).toEqual([]);
});
