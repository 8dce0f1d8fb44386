import { AzureError } from "../azure/errors.ts";
import type { Obstacle } from "./safeguard.ts";

/**
 * What a failure of Azure means for a safeguard: it ends by itself, or somebody has to act.
 * @throws the failure itself when it is not Azure's: then it is a bug, and must not look like a state.
 */
export function obstacleOfAzure(failure: unknown): Obstacle {
  if (!(failure instanceof AzureError)) throw failure;
  const { reason, message, errorClass, retryAfterInMs } = failure;
  switch (errorClass) {
    case "Wait":
    case "BackOff":
      return { kind: "waiting", reason, message, retryAfterInMs };
    case "Permission":
    case "Terminal":
      return { kind: "blocked", reason, message };
  }
}
