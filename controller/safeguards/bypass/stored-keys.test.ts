import { describe, expect, test } from "vitest";
import { SERVICE } from "../../../test/support/builders.ts";
import { look } from "../../../test/support/look.ts";
import { storedKeys } from "./stored-keys.ts";

const HOST = "https://orders-func.azurewebsites.net/api";

describe("a stored function key", () => {
  test.each([
    { name: "in a header", url: HOST, credentialNames: ["X-Functions-Key"], isFound: true },
    { name: "in a query parameter", url: HOST, credentialNames: ["code"], isFound: true },
    { name: "but none", url: HOST, credentialNames: ["X-Other"], isFound: false },
    {
      name: "of another function",
      url: "https://other.azurewebsites.net/api",
      credentialNames: ["x-functions-key"],
      isFound: false,
    },
  ])("in a backend $name: $isFound", async ({ url, credentialNames, isFound }) => {
    const id = `${SERVICE}/backends/fn`;
    const backend = {
      id,
      name: "fn",
      url,
      resourceId: undefined,
      credentialNames,
      token: undefined,
    };
    const found = await look(storedKeys, {
      inventory: (inventory) => {
        inventory.backends = [backend];
      },
    });
    expect(found.map(({ code, resource }) => ({ code, resource }))).toEqual(
      isFound ? [{ code: "StoredFunctionKey", resource: id }] : [],
    );
  });

  test.each([
    { name: "orders-func-key", isSecret: true, tags: ["key", "function", "auto"], isFound: true },
    { name: "Orders-Func-Key", isSecret: true, tags: [], isFound: true },
    { name: "orders-func-region", isSecret: true, tags: [], isFound: false },
    { name: "orders-func-key", isSecret: false, tags: [], isFound: false },
    { name: "stock-func-key", isSecret: true, tags: ["key", "function"], isFound: false },
  ])("in named value $name ($isSecret, $tags): $isFound", async ({ isFound, ...value }) => {
    const id = `${SERVICE}/namedValues/value`;
    const found = await look(storedKeys, {
      inventory: (inventory) => {
        inventory.namedValues = [{ id, ...value }];
      },
    });
    expect(found.map(({ resource }) => resource)).toEqual(isFound ? [id] : []);
  });
});
