import { expect, test } from "vitest";
import { aBackend, aSpec, gatewayFacts, START, SUBSCRIPTION } from "../../test/support/builders.ts";
import { aPlan, aVerdict, changeOf } from "../../test/support/plans.ts";
import { RESOURCE_SCHEMA } from "../api/v1alpha1/schema.generated.ts";
import { findSchemaProblems } from "../api/v1alpha1/schema-problems.ts";
import type { StructuralSchema } from "../api/v1alpha1/structural-schema.ts";
import { validateManifest } from "../api/v1alpha1/validate.ts";
import { apiId, apiPolicyId, apiRevisionId, serviceId } from "../azure/resource-ids.ts";
import { report } from "./report.ts";

const STATUS = RESOURCE_SCHEMA.properties?.["status"] as StructuralSchema;

/** The longest that the schema lets in, of letters that take the most room in an id. */
const LONGEST_API = {
  subscriptionId: SUBSCRIPTION,
  resourceGroup: "界".repeat(90),
  serviceName: "s".repeat(50),
  name: "界".repeat(256),
};

test("whatever names a spec may hold, the API server takes the status", () => {
  const object = aBackend({ spec: { apis: [LONGEST_API], verification: aSpec().verification } });
  const spec = { ...object.spec, verification: { direct: "Enabled" as const, gateway: [] } };
  expect(validateManifest({ ...object, spec })).toMatchObject({ ok: true });

  const service = serviceId(LONGEST_API);
  const resource = apiPolicyId(apiRevisionId(apiId(LONGEST_API), "12"));
  const plan = aPlan({
    steps: { "inbound-policy": { changes: [changeOf("inbound-policy", { resource })] } },
  });
  const { status } = report({
    object,
    before: { rollout: { step: "Completed", startedAt: START } },
    at: START,
    outcome: { kind: "secured", verdict: aVerdict() },
    plan: {
      ...plan,
      facts: { ...plan.facts, gateways: [{ ...gatewayFacts(), serviceId: service }] },
    },
    applied: [changeOf("inbound-policy", { resource })],
    bypass: {
      findings: [
        {
          code: "OperationWithoutBase",
          resource: apiPolicyId(`${apiId(LONGEST_API)}/operations/${"o".repeat(80)}`),
          message: "x",
        },
      ],
      unseen: [],
      operations: [],
    },
  });
  expect(status.drift).toHaveLength(1);
  expect(status.recentCorrections).toHaveLength(1);
  expect(findSchemaProblems(status, STATUS)).toEqual([]);
});
