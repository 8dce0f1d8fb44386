import { expect, test } from "vitest";
import { SITE } from "../../test/support/builders.ts";
import {
  isDirectoryId,
  applicationId,
  managedUniqueName,
  servicePrincipalId,
} from "./directory-ids.ts";

test("the name of a managed application depends on the function and the slot alone", () => {
  const name = managedUniqueName(SITE);
  expect(name).toMatch(/^sfb-[0-9a-f]{32}$/);
  expect(managedUniqueName(SITE.toUpperCase())).toBe(name);
  expect(managedUniqueName(`${SITE}/slots/staging`)).not.toBe(name);
});

test.each([
  { id: applicationId("sfb-1"), is: true },
  { id: servicePrincipalId("33333333-3333-4333-8333-333333333333"), is: true },
  { id: SITE, is: false },
])("$id is a directory object: $is", ({ id, is }) => {
  expect(isDirectoryId(id)).toBe(is);
});
