import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Environment } from "@marcbachmann/cel-js";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { PROJECT_ROOT } from "../support/project.ts";
import { KNOWN_STATES } from "../argocd/states.ts";

interface HealthCheck {
  readonly apiVersion: string;
  readonly kind: string;
  readonly inProgress: string;
  readonly failed: string;
  readonly current: string;
}

/** The expressions for our kind, as examples/flux/ has them. */
function healthCheck(): HealthCheck {
  const text = readFileSync(join(PROJECT_ROOT, "examples/flux/backends.yaml"), "utf8");
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  const kustomization = manifests.find(
    (each) => (each as { kind: string }).kind === "Kustomization",
  ) as { spec: { healthCheckExprs: readonly [HealthCheck] } };
  return kustomization.spec.healthCheckExprs[0];
}

/**
 * What Flux makes of an object: inProgress, failed and current are asked in this order, and a field that
 * is missing makes it wait (Kustomization reference, "Health check expressions").
 */
function judge({ inProgress, failed, current }: HealthCheck, object: unknown): string {
  const environment = new Environment({ unlistedVariablesAreDyn: true });
  const holds = (expression: string) =>
    environment.evaluate(expression, object as Record<string, unknown>) === true;
  try {
    if (holds(inProgress)) return "InProgress";
    if (holds(failed)) return "Failed";
    return holds(current) ? "Current" : "InProgress";
  } catch {
    return "InProgress";
  }
}

test("the expressions are for our kind", () => {
  expect(healthCheck()).toMatchObject({
    apiVersion: "securedbackend.dev/v1alpha1",
    kind: "SecuredFunctionBackend",
  });
});

test.each(KNOWN_STATES)("Flux finds an object that is $name $flux", async ({ flux, object }) => {
  // CEL's integers are BigInts here.
  const found = JSON.parse(JSON.stringify(await object()), (_, value: unknown) =>
    Number.isInteger(value) ? BigInt(value as number) : value,
  ) as unknown;
  expect(judge(healthCheck(), found)).toBe(flux);
});
