import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  authSettings,
  asAzureAnswers,
  NEVER_CONFIGURED,
} from "../../test/support/auth-settings.ts";
import { aBackend, AUDIENCE, aService, GATEWAY, STRANGER } from "../../test/support/builders.ts";
import { azureError, FakeAzure } from "../../test/support/fake-azure.ts";
import { FakeOperator } from "../../test/support/fake-operator.ts";
import { admitted, isClosed } from "../../test/support/fake-function.ts";
import { withValueAt, type JsonObject } from "../azure/json.ts";

const WITH_BASE = "<policies><inbound><base /></inbound></policies>";
const FOREIGN = `<policies>\n\t<inbound>\n\t\t<base />\n\t\t<rate-limit calls="5" renewal-period="60" />\n\t</inbound>\n</policies>`;
const PROTECTED = `<policies><inbound><base />
  <authentication-managed-identity resource="${AUDIENCE}" ignore-error="false" />
  <set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" />
  <set-query-parameter name="subscription-key" exists-action="delete" />
</inbound></policies>`;

const identityTypes = fc.constantFrom([], ["SystemAssigned"], ["UserAssigned"]);
const policies = fc.constantFrom(undefined, WITH_BASE, FOREIGN, PROTECTED);
const settings = fc.constantFrom<JsonObject>(
  NEVER_CONFIGURED,
  asAzureAnswers(NEVER_CONFIGURED),
  authSettings(),
  asAzureAnswers(authSettings({ identities: [STRANGER.principalId, GATEWAY.principalId] })),
  withValueAt(authSettings(), "/globalValidation/excludedPaths", ["/api/*"]),
  withValueAt(authSettings(), "/globalValidation/unauthenticatedClientAction", "AllowAnonymous"),
  withValueAt(authSettings(), "/identityProviders/azureActiveDirectory/validation", undefined),
  authSettings({ identities: [], applications: [] }),
);

interface Start {
  readonly identityTypes: readonly string[];
  readonly policy: string | undefined;
  readonly settings: JsonObject;
}
const start: fc.Arbitrary<Start> = fc.record({ identityTypes, policy: policies, settings });

function azureAt({ identityTypes, policy, settings }: Start): FakeAzure {
  const service = aService({ identityTypes });
  return new FakeAzure({ service, policy, settings });
}

describe("from any start", () => {
  test("it converges in a bounded number of passes, and then writes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(start, async (from) => {
        const operator = new FakeOperator(azureAt(from));
        await operator.settle();
        expect(operator.condition("Ready")).toBe("True Secured");
        expect(operator.condition("InSync")).toBe("True Succeeded");
        const writes = operator.azure.writes.length;
        const { status } = operator.object;
        for (let pass = 0; pass < 2; pass += 1) {
          operator.now += 600_000;
          await operator.pass();
          expect(operator.object.status).toEqual(status);
        }
        expect(operator.azure.writes).toHaveLength(writes);
      }),
    );
  });

  test("Observe writes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(start, async (from) => {
        const operator = new FakeOperator(azureAt(from), aBackend({ spec: { mode: "Observe" } }));
        await operator.settle();
        expect(operator.azure.writes).toEqual([]);
        expect(operator.condition("Ready")).toBe("True Observed");
      }),
    );
  });

  test("without a release nothing is written that callers notice", async () => {
    const manual = { rollout: { gatewayCheck: "Require", enforcement: "Manual" } } as const;
    await fc.assert(
      fc.asyncProperty(start, async (from) => {
        const operator = new FakeOperator(azureAt(from), aBackend({ spec: manual }));
        await operator.settle();
        expect(operator.azure.writes.filter((write) => write !== "updateIdentity")).toEqual([]);
        expect(["True Secured", "False AwaitingRelease"]).toContain(operator.condition("Ready"));
      }),
    );
  });

  test("no write lets anybody in whom neither the state before nor the spec admits", async () => {
    await fc.assert(
      fc.asyncProperty(start, async (from) => {
        const azure = azureAt(from);
        let before = admitted(azure.settings);
        azure.after = (call) => {
          if (call !== "putAuthSettings") return;
          const now = admitted(azure.settings);
          const allowed = [...(before ?? now ?? []), GATEWAY.principalId];
          expect(now, "anybody is let in").toBeDefined();
          expect(allowed).toEqual(expect.arrayContaining([...(now ?? [])]));
          before = now;
        };
        await new FakeOperator(azure).settle();
      }),
    );
  });

  test("a roll-back lets nobody in either whom the start kept out", async () => {
    await fc.assert(
      fc.asyncProperty(start, async (from) => {
        const azure = azureAt(from);
        const before = admitted(azure.settings);
        azure.gatewayStatus = () => (azure.writes.includes("putAuthSettings") ? 403 : 200);
        const operator = new FakeOperator(azure);
        await operator.settle().catch(() => undefined);
        const everybody = before === undefined;
        const now = admitted(azure.settings) ?? (everybody ? [] : ["anybody"]);
        const allowed = [...(before ?? now), GATEWAY.principalId];
        expect(allowed).toEqual(expect.arrayContaining([...now]));
        expect(isClosed(azure.settings) || !isClosed(from.settings)).toBe(true);
      }),
    );
  });

  test("a crash at any call, before or after it was carried out, is healed by going on", async () => {
    await fc.assert(
      fc.asyncProperty(start, fc.nat({ max: 40 }), fc.boolean(), async (from, at, isAfter) => {
        const operator = new FakeOperator(azureAt(from));
        const { azure } = operator;
        const crash = (_: string, number: number) => {
          if (number === at) throw new Error("crash");
        };
        if (isAfter) azure.after = crash;
        else azure.before = crash;
        await operator.settle().catch(() => undefined);
        azure.before = azure.after = () => undefined;
        await operator.settle();
        expect(operator.condition("Ready")).toBe("True Secured");
      }),
      { numRuns: 200 },
    );
  });

  test("failures that Azure answers, before or after the work was done, are healed too", async () => {
    const failures = fc.constantFrom(
      azureError("Throttled", "Wait", 429),
      azureError("GatewayBusy", "Wait", 409),
      azureError("AzureTimeout", "BackOff", 504),
      azureError("StaleRead", "BackOff", 412),
      azureError("PermissionMissing", "Permission", 403),
      azureError("TargetNotFound", "Terminal", 404),
    );
    const numbers = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(start, numbers, failures, fc.boolean(), async (from, at, error, isAfter) => {
        const operator = new FakeOperator(azureAt(from));
        const { azure } = operator;
        const fail = (call: string, number: number) => {
          if (call !== "call" && at.includes(number)) throw error;
        };
        if (isAfter) azure.after = fail;
        else azure.before = fail;
        while (azure.calls.length <= 60) {
          await operator.pass();
          operator.now += 30_000;
        }
        await operator.settle();
        expect(operator.condition("Ready")).toBe("True Secured");
      }),
      { numRuns: 200 },
    );
  });
});
