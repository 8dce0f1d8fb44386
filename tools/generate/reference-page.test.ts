import { describe, expect, test } from "vitest";
import type { StructuralSchema } from "../../controller/api/v1alpha1/structural-schema.ts";
import { generateReferencePage } from "./reference-page.ts";

function pageOf(spec: StructuralSchema): string {
  return generateReferencePage({
    group: "example.dev",
    version: "v1",
    kind: "Door",
    plural: "doors",
    shortName: "d",
    isNamespaced: true,
    schema: {
      type: "object",
      properties: { spec, status: { type: "object", properties: {} } },
    },
  });
}

describe("generateReferencePage", () => {
  test("gives every field a row with type, default and meaning", () => {
    const page = pageOf({
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string", description: "What it is called." },
        colour: {
          type: "string",
          enum: ["Red", "Blue"],
          default: "Red",
          description: "How it looks.",
        },
        width: { type: "integer", minimum: 1, maximum: 9, description: "In <metres>." },
      },
    });
    expect(page).toContain("| `name` | string | required | What it is called. |");
    expect(page).toContain("| `colour` | `Red`, `Blue` | `Red` | How it looks. |");
    expect(page).toContain("| `width` | integer, 1 to 9 |  | In &lt;metres>. |");
  });

  test("leads from a list of objects to the section of its entries", () => {
    const items: StructuralSchema = { type: "object", properties: {}, description: "One hinge." };
    const page = pageOf({
      type: "object",
      properties: { hinges: { type: "array", minItems: 1, maxItems: 3, items } },
    });
    expect(page).toContain("list of [objects](#spechinges), 1 to 3");
    expect(page).toContain("## spec.hinges[]\n\nOne hinge.");
  });

  test("tells each rule once, at the field it blames", () => {
    const page = pageOf({
      type: "object",
      "x-kubernetes-validations": [
        { rule: "has(self.lock.key)", message: "is required", fieldPath: ".lock.key" },
      ],
      properties: {
        lock: {
          type: "object",
          "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "is immutable" }],
          properties: { key: { type: "string" } },
        },
      },
    });
    expect(page.match(/^- .+$/gm)).toEqual(["- `lock.key` is required.", "- `lock` is immutable."]);
  });
});
