import { describe, expect, test } from "vitest";
import { aBackend } from "../../../test/support/builders.ts";
import { requestOf } from "./request.ts";

const OURS = "securedbackend.dev/reconcile-requested-at";
const FLUX = "reconcile.fluxcd.io/requestedAt";

function requested(annotations: Record<string, string>): string | undefined {
  return requestOf(aBackend({ metadata: { annotations } }));
}

describe("requestOf", () => {
  test.each([
    { annotations: {}, echo: undefined },
    { annotations: { [OURS]: "now" }, echo: "now" },
    {
      annotations: { [FLUX]: "2026-01-01T00:00:00.123456789Z" },
      echo: "2026-01-01T00:00:00.123456789Z",
    },
    { annotations: { [OURS]: "a", [FLUX]: "b" }, echo: "a b" },
    { annotations: { "example.com/other": "a" }, echo: undefined },
  ])("reads $annotations as $echo", ({ annotations, echo }) => {
    expect(requested(annotations)).toBe(echo);
  });

  test("tells long values apart, in what status can hold", () => {
    const [one, other] = ["1", "2"].map((end) => requested({ [OURS]: `${"x".repeat(100)}${end}` }));
    expect(one).not.toBe(other);
    expect(one).toHaveLength(64);
  });
});
