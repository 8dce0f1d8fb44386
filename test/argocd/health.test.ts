import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { SecuredFunctionBackend } from "../../controller/api/v1alpha1/types.generated.ts";
import { PROJECT_ROOT } from "../support/project.ts";
import { runLua } from "./lua.ts";
import { KNOWN_STATES } from "./states.ts";

const FOLDER = "examples/argocd/resource_customizations/securedbackend.dev/SecuredFunctionBackend";
const read = (path: string) => readFileSync(join(PROJECT_ROOT, FOLDER, path), "utf8");
const HEALTH = read("health.lua");

/** Lua has one kind of empty table; Argo CD puts back what each was ("cleanReturnedObj", util/lua/lua.go). */
function withoutEmpty(object: unknown): unknown {
  return JSON.parse(JSON.stringify(object).replaceAll("[]", "{}"));
}

/** What an object's conditions claim; their messages may change without a tool minding. */
function claimsOf(object: unknown): readonly string[] {
  const { status } = object as SecuredFunctionBackend;
  return (status?.conditions ?? []).map((each) => `${each.type} ${each.status} ${each.reason}`);
}

describe("health.lua", () => {
  test.each(KNOWN_STATES)("says $argo of an object that is $name", async ({ argo, object }) => {
    const health = (await runLua(HEALTH, await object())) as { status: string; message: string };
    expect(health.status).toBe(argo);
    expect(health.message).not.toBe("");
  });

  test("says what stands in the way of giving back", async () => {
    const conditions = [
      { type: "Ready", status: "False", message: "x" },
      { type: "Stalled", status: "True", message: "Somebody changed the policy." },
    ];
    const metadata = { name: "orders", generation: 2, deletionTimestamp: "2026-01-01T00:00:00Z" };
    const object = { metadata, spec: {}, status: { observedGeneration: 1, conditions } };
    expect(await runLua(HEALTH, object)).toEqual({
      status: "Degraded",
      message: "Somebody changed the policy.",
    });
  });
});

/** The files that Argo CD's own tests read, in the shape in which it takes contributions. */
describe("the files for Argo CD", () => {
  const { tests } = parse(read("health_test.yaml")) as {
    tests: readonly { healthStatus: { status: string; message: string }; inputPath: string }[];
  };

  test("hold every state, with the conditions that the loop gives it today", async () => {
    // To write them anew: node test/argocd/write-testdata.ts
    for (const { name, object } of KNOWN_STATES) {
      expect(claimsOf(parse(read(`testdata/${name}.yaml`)))).toEqual(claimsOf(await object()));
    }
    expect(tests.map(({ inputPath }) => inputPath)).toEqual(
      KNOWN_STATES.map(({ name }) => `testdata/${name}.yaml`),
    );
  });

  test.each(tests)("$inputPath is $healthStatus.status", async ({ healthStatus, inputPath }) => {
    expect(await runLua(HEALTH, parse(read(inputPath)))).toEqual(healthStatus);
  });
});

describe("the action reconcile", () => {
  const { actionTests } = parse(read("actions/action_test.yaml")) as {
    actionTests: readonly { action: string; inputPath: string; expectedOutputPath: string }[];
  };
  const ANNOTATION = "securedbackend.dev/reconcile-requested-at";

  test.each(actionTests)(
    "$action: $inputPath",
    async ({ action, inputPath, expectedOutputPath }) => {
      const script = read(`actions/${action}/action.lua`);
      const output = (await runLua(script, parse(read(`actions/${inputPath}`)))) as {
        metadata: { annotations: Record<string, string> };
      };
      const at = output.metadata.annotations[ANNOTATION] ?? "";
      expect(Math.abs(Date.now() - Date.parse(at))).toBeLessThan(60_000);
      // Argo CD's own test leaves out what changes with the time.
      output.metadata.annotations[ANNOTATION] = "2026-01-01T00:00:00Z";
      expect(withoutEmpty(output)).toEqual(
        withoutEmpty(parse(read(`actions/${expectedOutputPath}`))),
      );
    },
  );

  test.each([
    [undefined, false],
    [false, false],
    [true, true],
  ])("with suspend %s, disabled is %s", async (suspend, disabled) => {
    const object = { metadata: { name: "orders" }, spec: { suspend } };
    expect(await runLua(read("actions/discovery.lua"), object)).toEqual({
      reconcile: { disabled },
    });
  });
});
