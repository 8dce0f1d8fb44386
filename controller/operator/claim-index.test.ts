import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aBackend, aSpec } from "../../test/support/builders.ts";
import { apiId, siteId } from "../azure/resource-ids.ts";
import { ClaimIndex } from "./claim-index.ts";

const [API] = aSpec().apis;

function naming(functionApp: string, ...apis: readonly string[]) {
  return aBackend({
    spec: {
      functionApp: { ...aSpec().functionApp, name: functionApp },
      apis: apis.map((name) => ({ ...API!, name })),
    },
  });
}

describe("the index of claims", () => {
  test("finds who names the same function or the same API, however it is spelt", () => {
    const index = new ClaimIndex();
    index.take("shop/a", naming("func-a", "orders"));
    index.take("shop/b", naming("FUNC-A", "refunds"));
    index.take("shop/c", naming("func-c", "Orders", "refunds"));
    index.take("shop/d", naming("func-d", "returns"));
    expect(index.rivalsOf("shop/a").toSorted()).toEqual(["shop/b", "shop/c"]);
    expect(index.rivalsOf("shop/d")).toEqual([]);
  });

  test("after any changes answers as if all objects were compared", () => {
    const change = fc.record({
      key: fc.constantFrom("shop/a", "shop/b", "shop/c", "shop/d"),
      object: fc.option(
        fc
          .tuple(
            fc.constantFrom("f", "g"),
            fc.array(fc.constantFrom("x", "y", "z"), { minLength: 1 }),
          )
          .map(([functionApp, apis]) => naming(functionApp, ...apis)),
      ),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const index = new ClaimIndex();
        const present = new Map<string, ReturnType<typeof naming>>();
        for (const { key, object } of changes) {
          if (object === null) {
            index.drop(key);
            present.delete(key);
          } else {
            index.take(key, object);
            present.set(key, object);
          }
        }
        const claimsOf = (key: string) => {
          const spec = present.get(key)?.spec;
          return spec === undefined ? [] : [siteId(spec.functionApp), ...spec.apis.map(apiId)];
        };
        for (const key of present.keys()) {
          const rivals = [...present.keys()].filter(
            (other) =>
              other !== key && claimsOf(other).some((claim) => claimsOf(key).includes(claim)),
          );
          expect(index.rivalsOf(key).toSorted()).toEqual(rivals.toSorted());
        }
      }),
    );
  });
});
