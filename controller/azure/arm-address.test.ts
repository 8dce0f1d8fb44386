import { describe, expect, test } from "vitest";
import { SERVICE, SUBSCRIPTION } from "../../test/support/builders.ts";
import { addressHandedOut, addressOf } from "./arm-address.ts";

const ARM = "https://management.azure.com";
const OTHER_SUBSCRIPTION = "99999999-1111-4111-8111-111111111111";

describe("the address of a resource", () => {
  test("is its id at the endpoint, with or without a slash", () => {
    expect(addressOf(ARM, SERVICE).href).toBe(`${ARM}${SERVICE}`);
    expect(addressOf(`${ARM}/`, SERVICE).href).toBe(`${ARM}${SERVICE}`);
  });

  test.each(["..", ".", "%2e%2e", "%2E.", ".%2e"])("is none where a name is %s", (name) => {
    expect(() => addressOf(ARM, `${SERVICE}/apis/${name}/policies/policy`)).toThrow(
      /holds \. or \.\. as a name: not followed\.$/,
    );
  });

  test("keeps names that only look like it", () => {
    const id = `${SERVICE}/apis/v1..2`;
    expect(addressOf(ARM, id).pathname).toBe(id);
  });
});

describe("an address that was handed out", () => {
  test.each([
    `${ARM}${SERVICE}/operationresults/1?api-version=2024-05-01`,
    `${ARM}/subscriptions/${SUBSCRIPTION.toUpperCase()}/providers/Microsoft.Web/locations/x`,
    `${SERVICE}/operationresults/1`,
  ])("is followed: %s", (address) => {
    expect(addressHandedOut(ARM, address, SERVICE).href).toBe(new URL(address, ARM).href);
  });

  test.each([
    [`https://elsewhere.example${SERVICE}`, /is on https:\/\/elsewhere\.example, not on/],
    [`http://management.azure.com${SERVICE}`, /is on http:/],
    [`${ARM}/subscriptions/${OTHER_SUBSCRIPTION}/secrets`, /is not in the subscription of/],
    [`${ARM}/subscriptions/${SUBSCRIPTION}/../${OTHER_SUBSCRIPTION}/x`, /is not in the subscript/],
    [`${ARM}/tenants`, /is not in the subscription of/],
  ])("is not followed: %s", (address, message) => {
    expect(() => addressHandedOut(ARM, address, SERVICE)).toThrow(message);
  });
});
