import type { SecuredFunctionBackendSpec } from "../../controller/api/v1alpha1/types.generated.ts";
import type { Risk, RiskCheck } from "../../controller/preflight/risks/risk-check.ts";
import type { Plan } from "../../controller/reconcile/plan.ts";
import type { Finding } from "../../controller/safeguards/bypass/bypass-check.ts";
import { targetOf } from "../../controller/safeguards/target.ts";
import { aBackend, START } from "./builders.ts";
import { FakeAzure } from "./fake-azure.ts";
import { aPlan, changeOf } from "./plans.ts";

interface Surroundings {
  readonly spec?: Partial<SecuredFunctionBackendSpec>;
  readonly plan?: Plan;
  readonly findings?: readonly Finding[];
  /** Changes what Azure holds. */
  readonly azure?: (azure: FakeAzure) => void;
}

/** A plan that closes an open function. */
export const CLOSING_PLAN = aPlan({
  site: { enforced: false },
  steps: { authentication: { changes: [changeOf("authentication")] } },
});

/** What a check says of a risk. */
export async function lookAtRisk(
  check: RiskCheck,
  { spec = {}, plan = CLOSING_PLAN, findings = [], azure: change }: Surroundings = {},
): Promise<Risk> {
  const azure = new FakeAzure();
  change?.(azure);
  const target = targetOf(aBackend({ spec }), undefined, Date.parse(START));
  return await check.look(azure.door, { target, plan, findings });
}
