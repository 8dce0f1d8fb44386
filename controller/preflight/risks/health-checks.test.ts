import { describe, expect, test } from "vitest";
import { CLOSING_PLAN, lookAtRisk } from "../../../test/support/ahead.ts";
import { anAuthentication } from "../../../test/support/builders.ts";
import { aPlan, changeOf } from "../../../test/support/plans.ts";
import { healthChecks } from "./health-checks.ts";

function seen(healthCheckPath: string | null, excludedPaths: string[] = []) {
  return lookAtRisk(healthChecks, {
    spec: { authentication: anAuthentication({ excludedPaths }) },
    azure: (azure) => {
      azure.webConfig = { healthCheckPath };
    },
  });
}

describe("health checks", () => {
  test("of App Service are told, with what Microsoft says of them", async () => {
    const { state, details } = await seen("/api/health");
    expect(state).toBe("Seen");
    expect(details[0]).toMatch(/^App Service checks \/api\/health itself\. Microsoft says /);
  });

  test.each([null, ""])("are none where the path is %j", async (path) => {
    expect((await seen(path)).state).toBe("NotSeen");
  });

  test("do not break at a path that the spec leaves open", async () => {
    expect((await seen("/api/health", ["/api/health"])).state).toBe("NotSeen");
  });
});

describe("closing is what breaks them", () => {
  const changes = [changeOf("authentication")];
  test.each([
    ["a plan that closes an open function", CLOSING_PLAN, true],
    [
      "drift of a function that is closed",
      aPlan({ steps: { authentication: { changes } } }),
      false,
    ],
    ["a plan that leaves authentication alone", aPlan({ site: { enforced: false } }), false],
  ])("%s: %s", (_name, plan, isConcerned) => {
    expect(healthChecks.concerns(plan)).toBe(isConcerned);
  });
});
