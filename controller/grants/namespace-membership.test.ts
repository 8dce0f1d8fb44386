import { describe, expect, test } from "vitest";
import type { GrantedNamespaces, LabelExpression } from "../api/v1alpha1/grant-types.generated.ts";
import { isMember, type Labels } from "./namespace-membership.ts";

const LABELS = { "kubernetes.io/metadata.name": "shop", team: "shop", stage: "" };

function byExpression(key: string, operator: LabelExpression["operator"], ...values: string[]) {
  return {
    names: [],
    selector: { matchLabels: {}, matchExpressions: [{ key, operator, values }] },
  };
}

function byLabels(matchLabels: Record<string, string>): GrantedNamespaces {
  return { names: [], selector: { matchLabels, matchExpressions: [] } };
}

describe("a namespace belongs to a grant", () => {
  test.each<{ name: string; granted: GrantedNamespaces; labels?: Labels; is: boolean }>([
    { name: "by name", granted: { names: ["bank", "shop"] }, is: true },
    { name: "not by a name that begins alike", granted: { names: ["sho", "shop-2"] }, is: false },
    { name: "not by another letter case", granted: { names: ["Shop"] }, is: false },
    { name: "by label", granted: byLabels({ team: "shop" }), is: true },
    { name: "not by another value", granted: byLabels({ team: "bank" }), is: false },
    {
      name: "by all labels, not by some",
      granted: byLabels({ team: "shop", stage: "test" }),
      is: false,
    },
    { name: "by an empty value", granted: byLabels({ stage: "" }), is: true },
    { name: "not by an empty value that is not there", granted: byLabels({ zone: "" }), is: false },
    {
      name: "not by a name that every object has",
      granted: byLabels({ constructor: "" }),
      is: false,
    },
    { name: "In", granted: byExpression("team", "In", "bank", "shop"), is: true },
    { name: "not In, without the label", granted: byExpression("zone", "In", "", "a"), is: false },
    { name: "NotIn", granted: byExpression("team", "NotIn", "bank"), is: true },
    { name: "NotIn, without the label", granted: byExpression("zone", "NotIn", "a"), is: true },
    { name: "not NotIn", granted: byExpression("team", "NotIn", "bank", "shop"), is: false },
    { name: "Exists", granted: byExpression("stage", "Exists"), is: true },
    { name: "not Exists", granted: byExpression("zone", "Exists"), is: false },
    { name: "DoesNotExist", granted: byExpression("zone", "DoesNotExist"), is: true },
    { name: "not DoesNotExist", granted: byExpression("team", "DoesNotExist"), is: false },
    {
      name: "by name or selector",
      granted: { ...byLabels({ team: "bank" }), names: ["shop"] },
      is: true,
    },
    {
      name: "not when one of labels and expressions fails",
      granted: {
        names: [],
        selector: {
          matchLabels: { team: "shop" },
          matchExpressions: [{ key: "stage", operator: "DoesNotExist", values: [] }],
        },
      },
      is: false,
    },
    { name: "not by an empty selector", granted: byLabels({}), is: false },
    { name: "not at all", granted: { names: [] }, is: false },
  ])("$name", ({ granted, is }) => {
    expect(isMember({ name: "shop", labels: LABELS }, granted)).toBe(is);
  });

  test("by name only, while its labels are not known", () => {
    const unknown = { name: "shop", labels: undefined };
    expect(isMember(unknown, { names: ["shop"] })).toBe(true);
    expect(isMember(unknown, byExpression("team", "NotIn", "bank"))).toBe(false);
    expect(isMember(unknown, byExpression("team", "DoesNotExist"))).toBe(false);
  });
});
