import { describe, expect, test } from "vitest";
import {
  asAzureAnswers,
  authSettings,
  NEVER_CONFIGURED,
} from "../../test/support/auth-settings.ts";
import {
  aBackend,
  aService,
  aSpec,
  aToken,
  AUDIENCE,
  GATEWAY,
  STRANGER,
} from "../../test/support/builders.ts";
import { azureError, FakeAzure } from "../../test/support/fake-azure.ts";
import { FakeOperator } from "../../test/support/fake-operator.ts";
import { isClosed } from "../../test/support/fake-function.ts";
import { valueAt, withValueAt } from "../azure/json.ts";

const FOREIGN =
  '<policies>\r\n\t<inbound>\r\n\t\t<base />\r\n\t\t<rate-limit calls="5" renewal-period="60" />\r\n\t</inbound>\r\n</policies>';
/** Two statements that a merge takes out and a roll-back gives back. */
const DISPLACED = `<policies>\r\n\t<inbound>\r\n\t\t<authentication-managed-identity resource="${AUDIENCE}" />\r\n\t\t<base />\r\n\t\t<authentication-managed-identity resource="${AUDIENCE}" />\r\n\t</inbound>\r\n</policies>`;

async function secured(): Promise<FakeOperator> {
  const operator = new FakeOperator(new FakeAzure());
  await operator.settle();
  operator.azure.writes.length = 0;
  return operator;
}

describe("the main job", () => {
  test("an open function ends up closed, in the order that leaves its callers working", async () => {
    const operator = new FakeOperator(new FakeAzure());
    const { outcome } = await operator.settle();
    expect(outcome.kind).toBe("secured");
    expect(operator.azure.writes).toEqual(["updateIdentity", "putPolicy", "putAuthSettings"]);
    expect(operator.condition("Ready")).toBe("True Secured");
    expect(operator.condition("Verified")).toBe("True Succeeded");
    expect(operator.object.status?.rollout?.step).toBe("Completed");
  });

  test("until it is closed and was seen to be, no condition says so", async () => {
    const operator = new FakeOperator(new FakeAzure());
    const claims: string[] = [];
    while (!isClosed(operator.azure.settings)) {
      await operator.pass();
      claims.push(operator.condition("Verified"), operator.condition("AuthenticationEnforced"));
      operator.now += 60_000;
    }
    expect(claims.filter((claim) => claim.startsWith("Unknown"))).not.toEqual([]);
    expect(claims.filter((claim) => claim.startsWith("True"))).toEqual([]);
  });
});

describe("while something cannot be read", () => {
  test("nothing is claimed about a function that is open", async () => {
    const operator = new FakeOperator(new FakeAzure());
    operator.azure.before = (call) => {
      if (call === "getService") throw azureError("Throttled", "Wait", 429);
    };
    await operator.pass();
    expect(operator.condition("Ready")).toBe("False Throttled");
    expect(operator.condition("InSync")).toBe("Unknown Throttled");
    expect(operator.condition("AuthenticationEnforced")).toBe("Unknown Throttled");
    expect(operator.condition("PolicyProtected")).toBe("Unknown Throttled");
    expect(operator.condition("NoBypass")).toBe("Unknown Unverified");
    expect(operator.object.status?.coverage).toBeUndefined();
  });

  test.each(["getService", "getApi", "getAuthSettings"])(
    "drift that was seen before is not forgotten: %s",
    async (failing) => {
      const operator = await secured();
      operator.object = { ...operator.object, spec: aSpec({ mode: "Observe" }) };
      operator.azure.settings = withValueAt(operator.azure.settings, "/platform/enabled", false);
      await operator.pass();
      const { drift, driftCount } = operator.object.status ?? {};
      expect(driftCount).toBe(1);
      operator.now += 60_000;
      operator.azure.before = (call) => {
        if (call === failing) throw azureError("AzureUnavailable");
      };
      await operator.pass();
      expect(operator.object.status).toMatchObject({ drift, driftCount });
    },
  );

  test("no gateway falls out of an allow-list", async () => {
    const operator = await secured();
    operator.azure.before = (call) => {
      if (call === "getService") throw azureError("AzureUnavailable");
    };
    await operator.pass();
    expect(operator.azure.writes).toEqual([]);
  });
});

test("a registration in the wrong tenant does not lock the gateway out of a closed function", async () => {
  const azure = new FakeAzure({ service: aService(), settings: asAzureAnswers(authSettings()) });
  azure.token = azureError("CredentialUnavailable");
  azure.token.message = "AADSTS501051: role required";
  const { registration } = aSpec();
  const wrong = { ...registration, tenantId: STRANGER.clientId, tokenVersion: "V2" } as const;
  const operator = new FakeOperator(azure, aBackend({ spec: { registration: wrong } }));
  await operator.settle();
  expect(operator.condition("Stalled")).toBe("True TenantMismatch");
  expect(azure.writes).not.toContain("putAuthSettings");
});

describe("drift after the roll-out", () => {
  test("is put right without asking the gateway first, and told once", async () => {
    const operator = await secured();
    const { azure } = operator;
    azure.settings = asAzureAnswers(
      authSettings({ identities: [GATEWAY.principalId, STRANGER.principalId] }),
    );
    azure.gatewayStatus = () => 500;
    const pass = await operator.pass();
    expect(azure.writes).toEqual(["putAuthSettings"]);
    expect(pass.corrections.map(({ path }) => path)).toEqual([
      expect.stringMatching(/identities$/),
    ]);
    expect(pass.newDrift).toHaveLength(1);
    expect(operator.object.status?.rollout?.step).toBe("Completed");
  });

  test("a gateway that fails later never opens the function", async () => {
    const operator = await secured();
    operator.azure.gatewayStatus = () => 500;
    for (let count = 0; count < 5; count += 1) {
      operator.now += 600_000;
      await operator.pass();
    }
    expect(operator.azure.writes).toEqual([]);
    expect(operator.condition("Ready")).toBe("False FunctionFailing");
  });
});

describe("a roll-out that fails", () => {
  const stories = [
    { name: "before closing", fails: () => true, reason: "GatewayCheckFailed" },
    {
      name: "after closing",
      fails: (azure: FakeAzure) => isClosed(azure.settings),
      reason: "AccessCheckFailed",
    },
  ];
  const starts = [
    { policy: FOREIGN, settings: asAzureAnswers(NEVER_CONFIGURED), kind: "a plain function" },
    {
      policy: FOREIGN,
      settings: withValueAt(
        asAzureAnswers(authSettings({ identities: [], applications: [] })),
        "/platform/enabled",
        false,
      ),
      kind: "a function with empty lists",
    },
    {
      policy: DISPLACED,
      settings: asAzureAnswers(NEVER_CONFIGURED),
      kind: "a policy with statements of its own",
    },
    { policy: undefined, settings: asAzureAnswers(NEVER_CONFIGURED), kind: "no policy" },
  ];

  describe.each(stories)("$name", ({ fails, reason }) => {
    test.each(starts)("gives back what it took: $kind", async ({ policy, settings }) => {
      const azure = new FakeAzure({ service: aService(), policy, settings });
      azure.gatewayStatus = () => (fails(azure) ? 500 : undefined);
      const operator = new FakeOperator(azure);
      await operator.settle();
      expect(operator.condition("Stalled")).toBe(`True ${reason}`);
      expect(azure.policy?.text).toBe(policy);
      expect(isClosed(azure.settings)).toBe(false);
      const writes = azure.writes.length;
      await operator.settle();
      expect(azure.writes).toHaveLength(writes);
    });

    test.each(starts)(
      "gives it back once, wherever it is cut off: $kind",
      async ({ policy, settings }) => {
        for (let cut = 0; cut < 8; cut += 1) {
          const azure = new FakeAzure({ service: aService(), policy, settings });
          azure.gatewayStatus = () => (fails(azure) ? 500 : undefined);
          const operator = new FakeOperator(azure);
          let callsOfRollBack = 0;
          azure.after = () => {
            if (operator.object.status?.rollout?.step !== "RollBack") return;
            callsOfRollBack += 1;
            if (callsOfRollBack === 8 + cut) throw new Error("cut off");
          };
          await operator.settle().catch(() => undefined);
          await operator.settle();
          expect(azure.policy?.text, `cut off at ${cut}`).toBe(policy);
          expect(isClosed(azure.settings)).toBe(false);
        }
      },
    );
  });

  test("in mode Observe even a roll-back waits", async () => {
    const azure = new FakeAzure({ service: aService(), policy: FOREIGN });
    azure.gatewayStatus = () => (isClosed(azure.settings) ? 500 : undefined);
    const operator = new FakeOperator(azure);
    while (operator.object.status?.rollout?.step !== "RollBack") {
      await operator.pass();
      operator.now += 60_000;
    }
    azure.writes.length = 0;
    operator.object = {
      ...operator.object,
      spec: aSpec({ mode: "Observe" }),
      metadata: { ...operator.object.metadata, generation: 2 },
    };
    await operator.settle();
    expect(azure.writes).toEqual([]);
    operator.object = {
      ...operator.object,
      spec: aSpec(),
      metadata: { ...operator.object.metadata, generation: 3 },
    };
    await operator.settle();
    expect(isClosed(azure.settings)).toBe(false);
  });

  test("what is given back later is what stood there when it began", async () => {
    const azure = new FakeAzure({ service: aService(), policy: FOREIGN });
    azure.gatewayStatus = () => (isClosed(azure.settings) ? 500 : undefined);
    const operator = new FakeOperator(azure);
    await operator.settle();
    const policySince = FOREIGN.replace('calls="5"', 'calls="7"');
    azure.editPolicy(policySince);
    const action = "/globalValidation/unauthenticatedClientAction";
    azure.settings = withValueAt(azure.settings, action, "RedirectToLoginPage");
    const { metadata } = operator.object;
    operator.object = { ...operator.object, metadata: { ...metadata, generation: 2 } };
    await operator.settle();
    expect(operator.condition("Stalled")).toBe("True AccessCheckFailed");
    expect(azure.policy?.text).toBe(policySince);
    expect(valueAt(azure.settings, action)).toBe("RedirectToLoginPage");
  });
});

test("a suspended object is not looked at", async () => {
  const operator = new FakeOperator(new FakeAzure(), aBackend({ spec: { suspend: true } }));
  await operator.pass();
  expect(operator.azure.calls).toEqual([]);
  expect(operator.object.status?.observedGeneration).toBe(1);
});

test("an object whose target belongs to an older one stands back", async () => {
  const operator = new FakeOperator(new FakeAzure());
  const conflict = {
    kind: "blocked",
    reason: "Conflict",
    message: "shop/older governs it.",
  } as const;
  await operator.pass({ conflict });
  expect(operator.azure.calls).toEqual([]);
  expect(operator.condition("Stalled")).toBe("True Conflict");
});

test("nothing that looks like a token is in a status", async () => {
  const azure = new FakeAzure();
  azure.token = { ...aToken(), bearer: "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln" };
  const operator = new FakeOperator(azure);
  await operator.settle();
  expect(JSON.stringify(operator.object.status)).not.toContain("eyJ");
});
