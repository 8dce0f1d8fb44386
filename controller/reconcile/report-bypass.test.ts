import { describe, expect, test } from "vitest";
import { API, POLICY, SERVICE } from "../../test/support/builders.ts";
import { aPlan, BLOCKED, changeOf, WAITING } from "../../test/support/plans.ts";
import type { FindingCode } from "../api/v1alpha1/findings.ts";
import type { Finding } from "../safeguards/bypass/bypass-check.ts";
import { inViewOfBypasses, type BypassReport } from "./bypass.ts";
import { coverageOf, findingsOf, noBypassState } from "./report-bypass.ts";

const FIRST = `${API}/operations/first`;
const SECOND = `${API}/operations/second`;

function finding(code: FindingCode, overrides: Partial<Finding> = {}): Finding {
  return { code, resource: SERVICE, message: `There is ${code}.`, ...overrides };
}

function aReport(overrides: Partial<BypassReport> = {}): BypassReport {
  return {
    findings: [],
    unseen: [],
    operations: [{ apiId: API, operationIds: [FIRST, SECOND] }],
    ...overrides,
  };
}

const BLIND = { codes: ["StoredFunctionKey"], obstacle: WAITING } as const;

describe("the condition NoBypass", () => {
  test.each([
    { name: "nothing", report: {}, wanted: "True NoBypassFound" },
    {
      name: "a warning",
      report: { findings: [finding("SlotOpen")] },
      wanted: "True NoBypassFound",
    },
    { name: "a blind spot", report: { unseen: [BLIND] }, wanted: "Unknown GatewayBusy" },
    {
      name: "a way in",
      report: { findings: [finding("PathOpen"), finding("OtherApiAdmitted")] },
      wanted: "False BypassFound",
    },
    {
      name: "a way in beside a blind spot",
      report: { findings: [finding("OtherApiAdmitted")], unseen: [BLIND] },
      wanted: "False BypassFound",
    },
  ])("$name: $wanted", ({ report, wanted }) => {
    const { status, reason } = noBypassState(aReport(report));
    expect(`${status} ${reason}`).toBe(wanted);
  });

  test("counts the warnings, and says of a way in what to do", () => {
    const warnings = [finding("SlotOpen"), finding("StoredFunctionKey"), finding("PathOpen")];
    expect(noBypassState(aReport({ findings: warnings })).message).toContain("2 warnings");
    const bypassed = aReport({ findings: [...warnings, finding("OtherApiAdmitted")] });
    expect(noBypassState(bypassed).message).toMatch(/^There is OtherApiAdmitted\. .*spec\.apis/);
  });
});

describe("Ready", () => {
  const secured = { kind: "secured", verdict: { status: "True" } } as never;

  test("is taken back by a way in alone", () => {
    const kindOf = (code: FindingCode) =>
      inViewOfBypasses(secured, aReport({ findings: [finding(code)] })).kind;
    expect(kindOf("OtherIdentityProvider")).toBe("bypassed");
    expect(kindOf("StoredFunctionKey")).toBe("secured");
    expect(inViewOfBypasses(secured, undefined).kind).toBe("secured");
  });

  test("keeps any worse reason", () => {
    const obstructed = { kind: "obstructed", obstacle: BLOCKED } as const;
    const bypassed = aReport({ findings: [finding("OtherIdentityProvider")] });
    expect(inViewOfBypasses(obstructed, bypassed)).toBe(obstructed);
  });
});

describe("findings in status", () => {
  test("come the worst first, in one order whatever answered first", () => {
    const findings = [
      finding("PathOpen"),
      finding("SlotOpen", { resource: "/b" }),
      finding("SlotOpen", { resource: "/a" }),
      finding("OtherIdentityProvider"),
    ];
    const shown = findingsOf(aReport({ findings }), {});
    expect(shown.map(({ code, resource }) => `${code} ${resource}`)).toEqual([
      `OtherIdentityProvider ${SERVICE}`,
      "SlotOpen /a",
      "SlotOpen /b",
      `PathOpen ${SERVICE}`,
    ]);
    expect(findingsOf(aReport({ findings: findings.toReversed() }), {})).toEqual(shown);
    expect(shown[0]).toMatchObject({ severity: "Critical", remedy: expect.stringMatching(/\w/) });
  });

  test("of a check that could not look stay as they were known last, and only those", () => {
    const before = {
      findings: findingsOf(
        aReport({ findings: [finding("StoredFunctionKey"), finding("SlotOpen")] }),
        {},
      ),
    };
    const shown = findingsOf(aReport({ unseen: [BLIND] }), before);
    expect(shown.map(({ code }) => code)).toEqual(["StoredFunctionKey"]);
  });

  test("are at most 50, with messages that status has room for", () => {
    const findings = Array.from({ length: 60 }, (_, number) =>
      finding("PathOpen", { resource: `/${number}`, message: "x".repeat(2000) }),
    );
    const shown = findingsOf(
      aReport({ findings: [...findings, finding("OtherIdentityProvider")] }),
      {},
    );
    expect(shown).toHaveLength(50);
    expect(shown[0]?.code).toBe("OtherIdentityProvider");
    for (const { message } of shown) expect(message.length).toBeLessThanOrEqual(1024);
  });
});

describe("how many operations are protected", () => {
  const covered = (step: Parameters<typeof aPlan>[0], report: Partial<BypassReport> = {}) =>
    coverageOf(aPlan(step), aReport(report));

  test.each([
    { name: "all", step: {}, wanted: 2 },
    {
      name: "none when the API's policy differs",
      step: { changes: [changeOf("inbound-policy", { resource: POLICY })] },
      wanted: 0,
    },
    {
      name: "none when it is in the way",
      step: { obstacle: { ...BLOCKED, resources: [POLICY.toUpperCase()] } },
      wanted: 0,
    },
    { name: "none when no policy could be read", step: { obstacle: WAITING }, wanted: 0 },
    {
      name: "all when another revision differs",
      step: { changes: [changeOf("inbound-policy", { resource: `${API};rev=2/policies/policy` })] },
      wanted: 2,
    },
  ])("$name", ({ step, wanted }) => {
    expect(covered({ steps: { "inbound-policy": step } })).toEqual({ protected: wanted, total: 2 });
  });

  test("an operation whose policy skips its API's counts once, whatever else is found of it", () => {
    const findings = [
      finding("OperationWithoutBase", { resource: FIRST.toUpperCase() }),
      finding("TokenSentElsewhere", { resource: FIRST }),
      finding("OperationMayUndoPolicy", { resource: SECOND }),
    ];
    expect(covered({}, { findings })).toEqual({ protected: 1, total: 2 });
  });

  test("is not told while the operations are not known", () => {
    expect(covered({}, { operations: undefined })).toBeUndefined();
  });
});
