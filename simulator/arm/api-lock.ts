import { setTimeout as delay } from "node:timers/promises";
import type { Api } from "../world/service.ts";
import type { ArmCall } from "./call.ts";
import { pessimisticConcurrencyConflict } from "./errors.ts";
import { checkServiceIsIdle, findService } from "./service.ts";

/**
 * Takes the lock of an API for one write: for as long as the write takes, and for the time that the
 * real service keeps it after it has reported success.
 *
 * @param api absent for writes outside any API; then only the service's own operation is in the way.
 * @throws ArmError 409 while somebody else holds it.
 */
export async function lockForWriting(call: ArmCall, api: Api | undefined): Promise<void> {
  checkServiceIsIdle(findService(call));
  if (!api) return;
  const { policyWriteDurationInMs, lockOutlivesSuccessInMs } = call.settings;
  if (api.lockedUntil > call.clock.now()) throw pessimisticConcurrencyConflict("API");
  api.lockedUntil = call.clock.now() + policyWriteDurationInMs + lockOutlivesSuccessInMs;
  if (policyWriteDurationInMs > 0) await delay(policyWriteDurationInMs);
}
