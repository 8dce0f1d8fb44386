import { expect, test } from "vitest";
import { API, AUDIENCE } from "../../../test/support/builders.ts";
import { look } from "../../../test/support/look.ts";
import { revisions } from "./revisions.ts";

const REVISION = `${API};rev=2`;
const BARE = "<policies><inbound><base /></inbound></policies>";
const PROTECTED = `<policies><inbound><base /><authentication-managed-identity resource="${AUDIENCE}" /></inbound></policies>`;

async function found(kind: "Current" | "AllOnline", text: string | undefined) {
  return await look(revisions, {
    spec: { revisions: kind },
    inventory: (inventory) => {
      inventory.otherOnlineRevisionIds = [REVISION];
      if (text !== undefined) inventory.policies.set(`${REVISION}/policies/policy`, text);
    },
  });
}

test("an unprotected revision is told where the spec leaves it to its owners", async () => {
  const told = [expect.objectContaining({ code: "RevisionUnprotected", resource: REVISION })];
  expect(await found("Current", BARE)).toEqual(told);
  expect(await found("Current", undefined)).toEqual(told);
  expect(await found("Current", PROTECTED)).toEqual([]);
});

test("AllOnline protects them, so that there is nothing to tell", async () => {
  expect(await found("AllOnline", BARE)).toEqual([]);
});
