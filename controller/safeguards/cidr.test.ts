import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalCidr, containsCidr } from "./cidr.ts";

const octet = fc.nat({ max: 255 });
const cidr = fc
  .tuple(octet, octet, octet, octet, fc.nat({ max: 32 }))
  .map(([a, b, c, d, bits]) => `${a}.${b}.${c}.${d}/${bits}`);

describe("a range in one spelling", () => {
  test.each([
    { text: "203.0.113.7", wanted: "203.0.113.7/32" },
    { text: " 10.1.2.3/8 ", wanted: "10.0.0.0/8" },
    { text: "255.255.255.255/31", wanted: "255.255.255.254/31" },
    { text: "1.2.3.4/0", wanted: "0.0.0.0/0" },
    { text: "2001:DB8::/32", wanted: "2001:db8::/32" },
    { text: "256.1.1.1/8", wanted: "256.1.1.1/8" },
    { text: "1.2.3.4/33", wanted: "1.2.3.4/33" },
    { text: "Any", wanted: "any" },
  ])("$text is $wanted", ({ text, wanted }) => {
    expect(canonicalCidr(text)).toBe(wanted);
  });

  test("stays as it is when it is written again", () => {
    fc.assert(
      fc.property(cidr, (text) => {
        expect(canonicalCidr(canonicalCidr(text))).toBe(canonicalCidr(text));
      }),
    );
  });
});

describe("a range within another", () => {
  test.each([
    { outer: "10.0.0.0/8", inner: "10.255.255.255", wanted: true },
    { outer: "10.0.0.0/8", inner: "11.0.0.0/32", wanted: false },
    { outer: "10.0.0.0/9", inner: "10.0.0.0/8", wanted: false },
    { outer: "2001:db8::/32", inner: "2001:DB8::/32", wanted: true },
    { outer: "0.0.0.0/0", inner: "ApiManagement", wanted: false },
  ])("$inner in $outer: $wanted", ({ outer, inner, wanted }) => {
    expect(containsCidr(outer, inner)).toBe(wanted);
  });

  test("and the other way round means that both are the same", () => {
    fc.assert(
      fc.property(cidr, cidr, (one, other) => {
        const areSame = containsCidr(one, other) && containsCidr(other, one);
        expect(areSame).toBe(canonicalCidr(one) === canonicalCidr(other));
      }),
    );
  });
});
