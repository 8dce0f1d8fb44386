import { expect, test } from "vitest";
import { SITE } from "../../../test/support/builders.ts";
import { look } from "../../../test/support/look.ts";
import { hostNames } from "./host-names.ts";

test("host names besides the default one are told, once each", async () => {
  const names = ["shop.contoso.example", "ORDERS-func.azurewebsites.net"];
  expect(await look(hostNames, { site: { hostNames: names } })).toEqual([
    {
      code: "CustomHostName",
      resource: SITE,
      message: "orders-func.azurewebsites.net answers under shop.contoso.example too.",
    },
  ]);
});

test("the default one alone is nothing to tell", async () => {
  expect(await look(hostNames)).toEqual([]);
});
