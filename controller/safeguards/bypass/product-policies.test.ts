import { expect, test } from "vitest";
import { SERVICE } from "../../../test/support/builders.ts";
import { look } from "../../../test/support/look.ts";
import { productPolicies } from "./product-policies.ts";

const BARE = "<policies><inbound /></policies>";
const WITH_BASE = "<policies><inbound><base /></inbound></policies>";

async function found(product: string, text: string) {
  return await look(productPolicies, {
    inventory: (inventory) => {
      inventory.productNames = ["starter"];
      inventory.policies.set(`${SERVICE}/products/${product}/policies/policy`, text);
    },
  });
}

test("a product's policy without <base /> is told, for products that hold the API", async () => {
  expect(await found("starter", BARE)).toMatchObject([
    { code: "ProductWithoutBase", resource: `${SERVICE}/products/starter` },
  ]);
  expect(await found("starter", WITH_BASE)).toEqual([]);
  expect(await found("other", BARE)).toEqual([]);
});
