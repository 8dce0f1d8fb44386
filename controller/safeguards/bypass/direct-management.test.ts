import { expect, test } from "vitest";
import { SERVICE } from "../../../test/support/builders.ts";
import { look } from "../../../test/support/look.ts";
import { directManagement } from "./direct-management.ts";

test.each([{ isOn: true }, { isOn: false }])(
  "the direct management API is told when it is on: $isOn",
  async ({ isOn }) => {
    const found = await look(directManagement, {
      inventory: (inventory) => {
        inventory.hasDirectManagement = isOn;
      },
    });
    expect(found.map(({ code, resource }) => ({ code, resource }))).toEqual(
      isOn ? [{ code: "DirectManagementOn", resource: SERVICE }] : [],
    );
  },
);
