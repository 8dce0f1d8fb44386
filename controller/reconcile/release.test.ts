import { describe, expect, test } from "vitest";
import { aBackend, START } from "../../test/support/builders.ts";
import { aPlan, changeOf } from "../../test/support/plans.ts";
import type { RolloutStep } from "../api/v1alpha1/types.generated.ts";
import { KNOWN_AFTER_APPLY } from "../safeguards/safeguard.ts";
import { planHash } from "./plan-hash.ts";
import { missingRelease, RELEASE_ANNOTATION } from "./release.ts";

const PLAN = aPlan({
  site: { enforced: false },
  steps: { authentication: { changes: [changeOf("authentication")] } },
});

function manual(release?: string) {
  return aBackend({
    spec: { rollout: { gatewayCheck: "Require", enforcement: "Manual" } },
    ...(release !== undefined && { metadata: { annotations: { [RELEASE_ANNOTATION]: release } } }),
  });
}

const HASH = planHash(PLAN, manual().spec) ?? "";

describe("a release", () => {
  test("is missing until it names the plan, and the message says how to give it", () => {
    const obstacle = missingRelease(PLAN, manual(), undefined);
    expect(obstacle).toMatchObject({ kind: "blocked", reason: "AwaitingRelease" });
    expect(obstacle?.message).toContain(
      `kubectl annotate securedfunctionbackend orders --namespace shop --overwrite securedbackend.dev/release=${HASH}, `,
    );
    expect(obstacle?.message).toMatch(new RegExp(`securedbackend.dev/release: ${HASH}$`));
    expect(missingRelease(PLAN, manual(HASH), undefined)).toBeUndefined();
  });

  test("of another plan does not count, and its text is not repeated", () => {
    const message = missingRelease(PLAN, manual("plan-of-yesterday"), undefined)?.message;
    expect(message).toContain("is of another plan");
    expect(message).not.toContain("yesterday");
  });

  test("cannot be given while something of the plan is not known", () => {
    const changes = [changeOf("authentication", { desired: KNOWN_AFTER_APPLY })];
    const plan = aPlan({ steps: { authentication: { changes } } });
    expect(missingRelease(plan, manual("undefined"), undefined)?.message).toMatch(
      /is known once the steps before are done\.$/,
    );
  });

  test("is not asked for where enforcement is automatic", () => {
    expect(missingRelease(PLAN, aBackend(), undefined)).toBeUndefined();
  });

  test.each<[RolloutStep, boolean]>([
    ["ManagedIdentity", true],
    ["InboundPolicy", true],
    ["GatewayCheck", true],
    ["Authentication", false],
    ["AccessCheck", false],
    ["RollBack", false],
    ["Completed", false],
    ["Switching", false],
  ])("at step %s is asked for: %s", (step, isAsked) => {
    const obstacle = missingRelease(PLAN, manual(), { step, startedAt: START });
    expect(obstacle !== undefined).toBe(isAsked);
  });
});
