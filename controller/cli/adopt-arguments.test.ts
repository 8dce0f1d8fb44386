import { describe, expect, test } from "vitest";
import { API, SITE } from "../../test/support/builders.ts";
import { ADOPT_OPTIONS, readAdoptArguments } from "./adopt-arguments.ts";
import { parseOptions } from "./front-arguments.ts";

function read(...args: readonly string[]) {
  return readAdoptArguments(parseOptions(args, ADOPT_OPTIONS));
}

describe("readAdoptArguments", () => {
  test.each([
    [["--function-app", SITE], { name: "orders-func", namespace: "default" }],
    [
      ["--function-app", `${SITE}/slots/Staging`],
      { name: "orders-func-staging", namespace: "default" },
    ],
    [
      ["--function-app", SITE, "--name", "orders", "--namespace", "shop"],
      { name: "orders", namespace: "shop" },
    ],
  ])("names the object of %j", (args, metadata) => {
    expect(read(...args, "--api", API).metadata).toEqual(metadata);
  });

  test("takes each API once, however its id is spelt", () => {
    const refunds = API.replace(/orders$/, "refunds");
    const ids = [API, API.toUpperCase(), `${API};rev=2`, refunds];
    const { apis } = read("--function-app", SITE, ...ids.flatMap((id) => ["--api", id]));
    expect(apis.map(({ name }) => name)).toEqual(["orders", "refunds"]);
  });

  test.each([
    [["--api", API], /^--function-app is missing: write the id of a Function App/],
    [["--function-app", SITE], /^--api is missing: write the id of an API/],
    [["--function-app", SITE, "--api", API, "-o", "text"], /^--output text is unknown/],
    [[SITE], /^unexpected argument '.*': write --function-app ID --api ID$/],
  ])("refuses %j", (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
