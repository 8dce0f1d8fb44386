import { describe, expect, test } from "vitest";
import { aChange, POLICY } from "../../test/support/builders.ts";
import { KNOWN_AFTER_APPLY, type Obstacle } from "../safeguards/safeguard.ts";
import type { PlanReport } from "./plan-report.ts";
import { planText } from "./plan-text.ts";

const UNREADABLE: Obstacle = { kind: "blocked", reason: "TargetNotFound", message: "correct it" };

function report(overrides: Partial<PlanReport>): PlanReport {
  return {
    object: "shop/orders",
    inSync: false,
    exitCode: 2,
    message: "3 changes to make",
    steps: [],
    obstacle: undefined,
    findings: [],
    noBypass: { status: "True", reason: "NoBypassFound", message: "none found" },
    verified: { status: "False", reason: "DirectCallAdmitted", message: "gets in" },
    ...overrides,
  };
}

function linesOf(overrides: Partial<PlanReport>): string[] {
  return planText(report(overrides), (_tone, text) => text).split("\n");
}

describe("planText", () => {
  test("groups by safeguard and resource, in columns", () => {
    const lines = linesOf({
      steps: [
        { safeguard: "managed-identity", changes: [], notes: [], obstacle: undefined },
        {
          safeguard: "inbound-policy",
          changes: [
            aChange({
              resource: POLICY,
              path: "inbound-policy:inbound/set-header[Key]",
              observed: undefined,
              desired: "<set-header />",
              danger: "Cosmetic",
            }),
          ],
          notes: [{ code: "base-missing", message: "no <base />" }],
          obstacle: undefined,
        },
        {
          safeguard: "authentication",
          changes: [
            aChange(),
            aChange({
              path: "authentication:/applications",
              observed: ["a"],
              desired: ["a", KNOWN_AFTER_APPLY],
              danger: "Hardens",
            }),
          ],
          notes: [],
          obstacle: undefined,
        },
      ],
    });
    expect(lines).toEqual([
      "shop/orders: 3 changes to make",
      "  managed-identity: in sync",
      "  inbound-policy",
      "    contoso-apim/apis/orders/policies/policy",
      "      inbound/set-header[Key]  (nothing) -> <set-header />",
      "    note base-missing: no <base />",
      "  authentication",
      "    orders-func/config/authsettingsV2",
      "      /platform/enabled  false [weakens] -> true",
      '      /applications      ["a"] [hardens] -> ["a","(known after apply)"]',
      "  ways around the lock: NoBypassFound: none found",
      "  calls at present: DirectCallAdmitted: gets in",
      "",
    ]);
  });

  test("tells an obstacle once, however many safeguards it keeps from looking", () => {
    const blind = { changes: [], notes: [], obstacle: UNREADABLE };
    const lines = linesOf({
      exitCode: 1,
      message: "correct it",
      obstacle: UNREADABLE,
      steps: [
        { safeguard: "managed-identity", ...blind },
        { safeguard: "authentication", ...blind },
      ],
    });
    expect(lines.slice(1, 4)).toEqual([
      "  managed-identity",
      "    TargetNotFound: correct it",
      "  authentication: not known, for the same reason",
    ]);
  });

  test("tells an obstacle that is no safeguard's", () => {
    const lines = linesOf({
      obstacle: UNREADABLE,
      steps: [{ safeguard: "authentication", changes: [], notes: [], obstacle: undefined }],
    });
    expect(lines).toContain("  TargetNotFound: correct it");
  });

  test.each([
    { reason: "NotManaged", said: "  hardening: not managed" },
    { reason: "Reported", said: "  hardening: only reported" },
  ] as const)("a safeguard that asks for nothing because of $reason says so", (each) => {
    const standing = { status: "Unknown", reason: each.reason, message: "" } as const;
    const steps = [
      { safeguard: "hardening" as const, changes: [], notes: [], obstacle: undefined, standing },
    ];
    expect(linesOf({ steps })).toContain(each.said);
  });

  test("is one line when Azure was not looked at", () => {
    expect(linesOf({ message: "Suspended" })).toEqual(["shop/orders: Suspended", ""]);
  });

  test("values from Azure cannot command the terminal", () => {
    const steps = [
      {
        safeguard: "authentication" as const,
        changes: [aChange({ observed: "\u001B[2Jgone" })],
        notes: [],
        obstacle: undefined,
      },
    ];
    expect(linesOf({ steps }).join("\n")).toContain("\\u001b[2Jgone [weakens] -> true");
  });
});
