import type { Clock } from "../clock.ts";
import type { BucketSize, SimulatorSettings } from "../settings.ts";
import { ArmError } from "./errors.ts";

type Kind = "reads" | "writes" | "deletes";

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * ARM's token buckets: one per kind of request for each subscription and principal, and a larger
 * one that all principals of the subscription share.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #settings: Readonly<SimulatorSettings>;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, settings: Readonly<SimulatorSettings>) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /**
   * Takes one token from both buckets.
   *
   * @returns the headers that tell how many are left.
   * @throws ArmError 429 when a bucket is empty.
   */
  admit(method: string, subscriptionId: string, objectId: string): Record<string, string> {
    const kind = kindOf(method);
    const own = this.#settings[kind];
    const shared = scale(own, this.#settings.sharedBucketFactor);
    const left = this.#take(`${subscriptionId}/${objectId}/${kind}`, own, kind, subscriptionId);
    const sharedLeft = this.#take(`${subscriptionId}/${kind}`, shared, kind, subscriptionId);
    return {
      [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(left),
      [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: String(sharedLeft),
    };
  }

  #take(key: string, limit: BucketSize, kind: Kind, subscriptionId: string): number {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: limit.size, filledAt: now };
    this.#buckets.set(key, bucket);
    const refilled = bucket.tokens + ((now - bucket.filledAt) / 1000) * limit.refillPerSecond;
    bucket.tokens = Math.min(limit.size, refilled);
    bucket.filledAt = now;
    if (bucket.tokens < 1) throw this.#refusal(bucket, limit, kind, subscriptionId);
    bucket.tokens -= 1;
    return Math.floor(bucket.tokens);
  }

  #refusal(bucket: Bucket, limit: BucketSize, kind: Kind, subscriptionId: string): ArmError {
    const seconds = Math.max(1, Math.ceil((1 - bucket.tokens) / limit.refillPerSecond));
    return new ArmError(
      429,
      "SubscriptionRequestsThrottled",
      `Number of '${kind}' requests for subscription '${subscriptionId}' exceeded the limit of '${limit.size}'. Please try again after '${seconds}' seconds.`,
      {
        headers: {
          [`x-ms-ratelimit-remaining-subscription-${kind}`]: "0",
          ...(this.#settings.retryAfterOnThrottling && { "retry-after": String(seconds) }),
        },
      },
    );
  }
}

function kindOf(method: string): Kind {
  if (method === "GET" || method === "HEAD") return "reads";
  return method === "DELETE" ? "deletes" : "writes";
}

function scale(size: BucketSize, factor: number): BucketSize {
  return { size: size.size * factor, refillPerSecond: size.refillPerSecond * factor };
}
