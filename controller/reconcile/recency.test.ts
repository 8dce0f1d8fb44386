import { describe, expect, test } from "vitest";
import { START } from "../../test/support/builders.ts";
import type { SecuredFunctionBackendStatus } from "../api/v1alpha1/types.generated.ts";
import { isRecentlyChanged } from "./recency.ts";

const SETTLE = 60_000;

function corrected(...times: string[]): SecuredFunctionBackendStatus {
  return {
    recentCorrections: times.map((correctedAt) => ({ path: "a:/b", resource: "/c", correctedAt })),
  };
}

describe("a recent change", () => {
  test.each<{ name: string; status: SecuredFunctionBackendStatus; wanted: boolean }>([
    { name: "none", status: {}, wanted: false },
    {
      name: "a roll-out's step",
      status: { rollout: { step: "AccessCheck", startedAt: START } },
      wanted: true,
    },
    {
      name: "a roll-out that is over changes nothing",
      status: { rollout: { step: "Completed", startedAt: START } },
      wanted: false,
    },
    { name: "a correction", status: corrected(START), wanted: true },
    {
      name: "the latest of several corrections, wherever it stands",
      status: corrected("2025-01-01T00:00:00.000Z", START),
      wanted: true,
    },
    { name: "an old correction", status: corrected("2025-01-01T00:00:00.000Z"), wanted: false },
  ])("$name: $wanted", ({ status, wanted }) => {
    expect(isRecentlyChanged(status, Date.parse(START) + SETTLE - 1, SETTLE)).toBe(wanted);
  });

  test("is none any more once callers must have seen it", () => {
    expect(isRecentlyChanged(corrected(START), Date.parse(START) + SETTLE, SETTLE)).toBe(false);
  });
});
