import { expect, test } from "vitest";
import { AUTH_SETTINGS } from "../../../test/support/builders.ts";
import { look } from "../../../test/support/look.ts";
import { allowedGroups } from "./allowed-groups.ts";

function settings(groups: readonly string[] | null) {
  const validation = { defaultAuthorizationPolicy: { allowedPrincipals: { groups } } };
  return { identityProviders: { azureActiveDirectory: { validation } } };
}

test("groups on the allow-list are found", async () => {
  expect(await look(allowedGroups, { site: { settings: settings(["a", "b"]) } })).toEqual([
    {
      code: "GroupsAllowed",
      resource: AUTH_SETTINGS,
      message: expect.stringContaining("2 groups"),
    },
  ]);
});

test.each([{ groups: [] }, { groups: null }])("no group is none: $groups", async ({ groups }) => {
  expect(await look(allowedGroups, { site: { settings: settings(groups) } })).toEqual([]);
});
