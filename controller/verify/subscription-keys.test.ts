import { describe, expect, test } from "vitest";
import { KEY_SECRET_TYPE, keyIn, NO_KEYS } from "./subscription-keys.ts";

const VALUE = "5f0f5e6a1c0d4c3f9d2a0000000000a1";
const ENCODED = Buffer.from(VALUE).toString("base64");
const REFERENCE = { name: "orders-check", key: "primary" };
const SECRET = {
  apiVersion: "v1",
  kind: "Secret",
  type: KEY_SECRET_TYPE,
  metadata: { name: "orders-check", namespace: "shop" },
  data: { primary: ENCODED },
};

describe("the key in a Secret", () => {
  test.each([
    ["in base64", SECRET],
    ["as it is", { ...SECRET, data: undefined, stringData: { primary: VALUE } }],
    ["as it is, over base64", { ...SECRET, data: { primary: "" }, stringData: { primary: VALUE } }],
  ])("%s", (_, secret) => {
    const found = keyIn(secret, "shop", REFERENCE);
    expect(found.kind === "found" && found.key.reveal()).toBe(VALUE);
  });

  test.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /is none/],
    ["another kind", { ...SECRET, kind: "ConfigMap" }, /kind must be Secret/],
    ["another version", { ...SECRET, apiVersion: "v2" }, /apiVersion v1/],
    ["another name", { ...SECRET, metadata: { ...SECRET.metadata, name: "x" } }, /another name/],
    [
      "another namespace",
      { ...SECRET, metadata: { ...SECRET.metadata, namespace: "bank" } },
      /another name or namespace/,
    ],
    ["another type", { ...SECRET, type: "Opaque" }, /is not of type .* Create one of that type/],
    ["no type", { ...SECRET, type: undefined }, /is not of type/],
    ["no such entry", { ...SECRET, data: { secondary: ENCODED } }, /has no entry primary/],
    ["an inherited entry", { ...SECRET, data: Object.create({ primary: ENCODED }) }, /no entry/],
    ["a number", { ...SECRET, data: { primary: 1 } }, /has no entry primary/],
    [
      "a line break at its end",
      { ...SECRET, data: { primary: Buffer.from(`${VALUE}\n`).toString("base64") } },
      /Entry primary of Secret shop\/orders-check is no subscription key/,
    ],
  ])("%s: missing, in words that show nothing of it", (_, secret, says) => {
    const lookup = keyIn(secret, "shop", REFERENCE);
    expect(lookup).toMatchObject({ kind: "missing", message: expect.stringMatching(says) });
    expect(JSON.stringify(lookup)).not.toContain(VALUE);
    expect(JSON.stringify(lookup)).not.toContain(ENCODED);
  });
});

test("where no place for keys is known, the message names one", async () => {
  expect(await NO_KEYS.find("shop", REFERENCE)).toMatchObject({
    kind: "missing",
    message: expect.stringContaining(
      "--keys DIR, and keep its manifest as DIR/shop/orders-check.yaml",
    ),
  });
});
