import { setTimeout as delay } from "node:timers/promises";
import type { Answer } from "../http/message.ts";
import type { Api } from "../world/service.ts";
import type { ArmCall } from "./call.ts";
import { pessimisticConcurrencyConflict } from "./errors.ts";
import { checkServiceIsIdle, findService } from "./service.ts";

/**
 * Does one write under the lock of its API: held for as long as the write takes and, after a
 * success, for as long as the real service keeps it beyond its own answer.
 *
 * @param api absent for writes outside any API; then only the service's own operation is in the way.
 * @throws ArmError 409 while somebody else holds the lock; and what the write throws.
 */
export async function writeUnderLock(
  call: ArmCall,
  api: Api | undefined,
  write: () => Answer,
): Promise<Answer> {
  checkServiceIsIdle(findService(call));
  if (!api) return write();
  const { policyWriteDurationInMs, lockOutlivesSuccessInMs } = call.settings;
  if (api.lockedUntil > call.clock.now()) throw pessimisticConcurrencyConflict("API");
  api.lockedUntil = Number.POSITIVE_INFINITY;
  let heldForInMs = 0;
  try {
    if (policyWriteDurationInMs > 0) await delay(policyWriteDurationInMs);
    const answer = write();
    heldForInMs = lockOutlivesSuccessInMs;
    return answer;
  } finally {
    api.lockedUntil = call.clock.now() + heldForInMs;
  }
}
