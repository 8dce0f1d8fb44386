import { describe, expect, test } from "vitest";
import { AUTH_SETTINGS, SITE } from "../../test/support/builders.ts";
import type { Preflight } from "../preflight/preflight.ts";
import { preflightLines } from "./preflight-text.ts";

const NOTHING: Preflight = {
  writes: [],
  risks: [],
  permissions: [],
  refusedReads: [],
  release: { hash: undefined, state: "NotNeeded" },
};

function linesOf(overrides: Partial<Preflight>): readonly string[] {
  return preflightLines({ ...NOTHING, ...overrides }, (_tone, text) => text);
}

const RISK = {
  code: "Webhooks",
  meaning: "They break.",
  remedy: "Do this.",
  cannotSee: "who calls.",
} as const;

describe("preflightLines", () => {
  test("is nothing where there is nothing to know", () => {
    expect(linesOf({})).toEqual([]);
  });

  test("tells each write, and what it does to the app", () => {
    const write = { step: "Authentication", resource: AUTH_SETTINGS, what: "sets x" } as const;
    expect(
      linesOf({
        writes: [
          { ...write, step: "InboundPolicy", restartsApp: "No" },
          { ...write, restartsApp: "Yes" },
          { ...write, restartsApp: "Unknown" },
        ],
      }).slice(1),
    ).toEqual([
      "  writes, in this order",
      "    InboundPolicy   orders-func/config/authsettingsV2: sets x",
      "    Authentication  orders-func/config/authsettingsV2: sets x; restarts the app",
      "    Authentication  orders-func/config/authsettingsV2: sets x; Microsoft does not say whether the app restarts",
    ]);
  });

  test("tells of each risk what was seen, what was not, and what cannot be", () => {
    expect(
      linesOf({
        risks: [
          { ...RISK, state: "Seen", details: ["one\u001B[2J", "two"] },
          { ...RISK, state: "NotSeen", details: [] },
          { ...RISK, state: "Unknown", details: ["It answered 403."] },
        ],
      }).slice(1),
    ).toEqual([
      "  what could break",
      "    Webhooks: They break.",
      "      seen: one\\u001b[2J",
      "      seen: two",
      "      before: Do this.",
      "      cannot be seen: who calls.",
      "    Webhooks: nothing seen; cannot be seen: who calls.",
      "    Webhooks: could not be looked at.",
      "      It answered 403.",
      "      if so: They break. Do this.",
      "      cannot be seen: who calls.",
    ]);
  });

  test("names the rights that are missing or not known, and counts the others", () => {
    const at = (action: string) => ({ action, scope: SITE });
    const message = "It was refused.";
    expect(
      linesOf({
        permissions: [
          { ...at("a/write"), state: "Granted" },
          { ...at("b/write"), state: "Missing" },
          { ...at("c/write"), state: "Unknown", message },
          { action: "d", scope: "Microsoft Graph", state: "Unknown", message },
        ],
        refusedReads: ["GET x answered 403."],
      }).slice(1),
    ).toEqual([
      "  permissions",
      "    1 of 4 that these writes need are granted. Locks, Azure Policy and deny assignments show when a write is tried.",
      "    missing: b/write at orders-func",
      "    not known: c/write at orders-func",
      "    not known: d at Microsoft Graph",
      "      It was refused.",
      "    refused: GET x answered 403.",
    ]);
  });

  test.each<[Preflight["release"], string | undefined]>([
    [{ hash: "plan-1", state: "NotNeeded" }, "  hash: plan-1"],
    [{ hash: undefined, state: "NotNeeded" }, undefined],
    [
      { hash: "plan-1", state: "Awaited" },
      "  release: awaited, by the annotation securedbackend.dev/release: plan-1",
    ],
    [
      { hash: undefined, state: "Awaited" },
      "  release: awaited; the hash is known once the steps before are done",
    ],
    [{ hash: "plan-1", state: "Given" }, "  release: given for plan-1"],
  ])("ends with the hash: %j", (release, line) => {
    expect(linesOf({ release })[1]).toBe(line);
  });
});
