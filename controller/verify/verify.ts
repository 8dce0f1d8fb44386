import { randomUUID } from "node:crypto";
import type { SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import type { Door } from "../azure/door.ts";
import type { Facts } from "../safeguards/safeguard.ts";
import { diagnose, type Verdict } from "./diagnose.ts";
import { callDirectly, callThroughGateways, type FindKey } from "./probes.ts";

/** What calls are made with, and read against. */
export interface Verification {
  readonly door: Door;
  readonly spec: SecuredFunctionBackendSpec;
  readonly facts: Facts;
  readonly findKey: FindKey;
  /** Whether Azure was written to so lately that callers may not see it yet. */
  readonly isRecent: boolean;
}

/** What callers get, directly and through the gateways. Nothing but GET is ever sent. */
export async function verify(
  { door, spec, facts, findKey, isRecent }: Verification,
  scope: "everything" | "gateway only",
): Promise<Verdict> {
  const [direct, gateway] = await Promise.all([
    scope === "everything" ? callDirectly(door, spec, facts, randomUUID()) : [],
    callThroughGateways(door, spec, facts, findKey),
  ]);
  const { site, registration } = facts;
  return diagnose({ direct, gateway }, { site, registration, isRecent });
}
