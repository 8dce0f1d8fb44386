import * as fc from "fast-check";
import { expect, test } from "vitest";
import { aBackend, SITE, START } from "../../test/support/builders.ts";
import type { Danger } from "../api/v1alpha1/types.generated.ts";
import { byUrgency } from "./urgency.ts";

function differing(name: string, ...dangers: readonly Danger[]) {
  const drift = dangers.map((danger) => ({
    path: `authentication:/${danger}`,
    resource: SITE,
    danger,
    detectedAt: START,
  }));
  return aBackend({ metadata: { name }, status: { drift } });
}

test("objects whose difference weakens the lock go first, looks last", () => {
  const objects = [
    aBackend({ metadata: { name: "new" } }),
    differing("in-sync"),
    differing("cosmetic", "Cosmetic"),
    differing("locked-out", "Cosmetic", "Hardens"),
    differing("open", "Hardens", "Weakens"),
  ];
  expect(byUrgency(objects).map(({ metadata }) => metadata.name)).toEqual([
    "open",
    "locked-out",
    "cosmetic",
    "new",
    "in-sync",
  ]);
});

test("nobody is left out, and equals keep their turn", () => {
  const danger = fc.constantFrom<Danger>("Weakens", "Hardens", "Cosmetic");
  fc.assert(
    fc.property(fc.array(fc.array(danger, { maxLength: 3 }), { maxLength: 8 }), (all) => {
      const objects = all.map((dangers, index) => differing(`o${index}`, ...dangers));
      const ordered = byUrgency(objects);
      expect(ordered).toHaveLength(objects.length);
      expect(new Set(ordered)).toEqual(new Set(objects));
      expect(byUrgency(ordered)).toEqual(ordered);
    }),
  );
});
