import { describe, expect, test } from "vitest";
import { facts } from "../../test/support/builders.ts";
import type { Answer } from "../azure/door.ts";
import type { SiteFacts } from "../safeguards/safeguard.ts";
import { diagnose } from "./diagnose.ts";
import type { DirectCall, Evidence, GatewayCall } from "./probes.ts";

const RUNNING = facts().site;

function answered(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { kind: "answered", status, headers };
}
const unreachable: Answer = { kind: "unreachable", cause: "ENOTFOUND" };

function direct(answer: Answer, caller: DirectCall["caller"] = "anonymous"): DirectCall {
  return { url: "https://orders-func.azurewebsites.net/", caller, answer };
}

function gateway(answer: Answer, expectedStatus = 200): GatewayCall {
  return {
    url: "https://contoso-apim.azure-api.net/orders/health",
    expectedStatus,
    withKey: false,
    answer,
  };
}

function verdictOn(evidence: Partial<Evidence>, site: Partial<SiteFacts> = {}) {
  return diagnose(
    { direct: [], gateway: [], ...evidence },
    { site: { ...RUNNING, ...site }, registration: facts().registration, isRecent: false },
  );
}

describe("a direct call", () => {
  test.each<{
    name: string;
    call: DirectCall;
    site?: Partial<SiteFacts>;
    status: string;
    reason: string;
  }>([
    { name: "anonymous, 401", call: direct(answered(401)), status: "True", reason: "Succeeded" },
    { name: "anonymous, 403", call: direct(answered(403)), status: "True", reason: "Succeeded" },
    {
      name: "anonymous, sent to the login page",
      call: direct(answered(302, { location: "https://login" })),
      status: "True",
      reason: "Succeeded",
    },
    {
      name: "anonymous, 302 to nowhere",
      call: direct(answered(302)),
      status: "False",
      reason: "DirectCallAdmitted",
    },
    {
      name: "anonymous, 200",
      call: direct(answered(200)),
      status: "False",
      reason: "DirectCallAdmitted",
    },
    {
      name: "anonymous, 204",
      call: direct(answered(204)),
      status: "False",
      reason: "DirectCallAdmitted",
    },
    {
      name: "anonymous, 404: the host itself answered",
      call: direct(answered(404)),
      status: "False",
      reason: "DirectCallAdmitted",
    },
    {
      name: "a stranger, 403",
      call: direct(answered(403), "intruder"),
      status: "True",
      reason: "Succeeded",
    },
    {
      name: "a stranger, 401",
      call: direct(answered(401), "intruder"),
      status: "True",
      reason: "Succeeded",
    },
    {
      name: "a stranger, 200",
      call: direct(answered(200), "intruder"),
      status: "False",
      reason: "IntruderAdmitted",
    },
    {
      name: "a stranger with a valid token has no business at a login page",
      call: direct(answered(302, { location: "https://login" }), "intruder"),
      status: "False",
      reason: "IntruderAdmitted",
    },
    {
      name: "a server error proves nothing",
      call: direct(answered(503)),
      status: "Unknown",
      reason: "FunctionFailing",
    },
    {
      name: "no way there proves nothing",
      call: direct(unreachable),
      status: "Unknown",
      reason: "NoRoute",
    },
    {
      name: "an IP rule's 403 is not authentication's",
      call: direct(answered(403, { "x-ms-forbidden-ip": "1.2.3.4" })),
      status: "Unknown",
      reason: "AddressRefused",
    },
    {
      name: "a stopped app's 403 is not authentication's",
      call: direct(answered(403)),
      site: { state: "Stopped" },
      status: "Unknown",
      reason: "AppStopped",
    },
    {
      name: "a 403 of disabled public access is not authentication's",
      call: direct(answered(403)),
      site: { publicNetworkAccess: "Disabled" },
      status: "Unknown",
      reason: "NoRoute",
    },
    {
      name: "a state that Azure does not tell is no stop",
      call: direct(answered(401)),
      site: { state: undefined },
      status: "True",
      reason: "Succeeded",
    },
  ])("$name", ({ call, site, status, reason }) => {
    expect(verdictOn({ direct: [call] }, site)).toMatchObject({ status, reason, gateway: "none" });
  });
});

test("one gateway call that fails is enough", () => {
  const calls = [gateway(answered(200)), gateway(answered(500))];
  expect(verdictOn({ gateway: calls }).gateway).toBe("failed");
});

describe("the verdict", () => {
  const refused = direct(answered(401));
  const admitted = direct(answered(200));
  const unsure = direct(answered(503));
  const kept = gateway(answered(403));

  test.each<{ name: string; evidence: Partial<Evidence>; reason: string }>([
    {
      name: "an admitted caller before one who is kept out",
      evidence: { direct: [admitted], gateway: [kept] },
      reason: "DirectCallAdmitted",
    },
    {
      name: "a bad call before an unsure one",
      evidence: { direct: [unsure], gateway: [kept] },
      reason: "CallerNotAllowed",
    },
    {
      name: "an unsure call before good ones",
      evidence: { direct: [refused, unsure], gateway: [gateway(answered(200))] },
      reason: "FunctionFailing",
    },
  ])("$name", ({ evidence, reason }) => {
    expect(verdictOn(evidence).reason).toBe(reason);
  });

  test("an unsure direct call does not hide that the gateway passed", () => {
    const evidence = { direct: [unsure], gateway: [gateway(answered(200))] };
    expect(verdictOn(evidence)).toMatchObject({ status: "Unknown", gateway: "passed" });
  });

  describe("without the key of a check", () => {
    const withheld: GatewayCall = {
      ...gateway(answered(200)),
      withKey: true,
      answer: { kind: "withheld", cause: "Secret shop/orders-check has no entry primary." },
    };

    test("nothing was called, and the question is open", () => {
      const verdict = verdictOn({ direct: [refused], gateway: [withheld, gateway(answered(200))] });
      expect(verdict).toMatchObject({
        status: "Unknown",
        reason: "SubscriptionKeyMissing",
        gateway: "withheld",
      });
      expect(verdict.message).toMatch(/was not called\. Secret shop\/orders-check has no entry/);
    });

    test("another call that failed still decides", () => {
      expect(verdictOn({ gateway: [withheld, kept] })).toMatchObject({
        status: "False",
        gateway: "failed",
      });
    });
  });

  test("no calls, no proof", () => {
    expect(verdictOn({})).toMatchObject({
      status: "Unknown",
      reason: "Unverified",
      gateway: "none",
    });
  });

  test("it counts what was called", () => {
    expect(
      verdictOn({ direct: [refused, refused], gateway: [gateway(answered(200))] }).message,
    ).toBe("2 direct calls refused, 1 call through the gateway answered as expected.");
  });
});

describe("right after a change", () => {
  function recently(call: DirectCall, site: Partial<SiteFacts> = {}) {
    return diagnose(
      { direct: [call], gateway: [] },
      { site: { ...RUNNING, ...site }, registration: facts().registration, isRecent: true },
    );
  }

  test.each([
    { name: "an admitted anonymous caller", call: direct(answered(200)) },
    { name: "an admitted stranger", call: direct(answered(200), "intruder") },
  ])("$name may be a delay, and is no success", ({ call }) => {
    expect(recently(call)).toMatchObject({ status: "False", reason: "NotYetPropagated" });
  });

  test("a function that its settings leave open is open", () => {
    expect(recently(direct(answered(200)), { enforced: false })).toMatchObject({
      reason: "DirectCallAdmitted",
    });
  });

  test("a stopped app is no delay", () => {
    expect(recently(direct(answered(403)), { state: "Stopped" }).reason).toBe("AppStopped");
  });
});
