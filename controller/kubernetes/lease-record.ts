/**
 * What a Lease says, and what follows from it for one candidate. The algorithm is client-go's
 * (`tools/leaderelection`): no clock of another machine is ever read. A record counts as alive for its
 * own duration from the local moment when it was last seen to change.
 */
import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "./object.ts";
import type { Resource } from "./resource.ts";
import { microTime } from "./time.ts";

export interface Lease extends KubernetesObject {
  readonly spec?: LeaseSpec;
}

export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

export const LEASES: Resource<Lease> = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  isNamespaced: true,
};

/** A Lease as a candidate knows it. */
export interface Sighting {
  readonly lease: Lease;
  /** When its record was first seen to be like this, on the local monotonic clock. */
  readonly seenAt: number;
}

/** What a candidate does next. */
export type Move =
  /** It may write itself into the Lease. */
  | { readonly kind: "claim" }
  /** Another holds it, for so long at least. */
  | { readonly kind: "wait"; readonly inMs: number; readonly holder: string };

/** Takes note of a Lease that was read at `now`, on the local monotonic clock. */
export function sight(known: Sighting | undefined, lease: Lease, now: number): Sighting {
  const isUnchanged = known !== undefined && isDeepStrictEqual(known.lease.spec, lease.spec);
  return { lease, seenAt: isUnchanged ? known.seenAt : now };
}

/**
 * What a candidate may do with a Lease, or without one.
 * @param fallbackInMs for how long a record counts that does not say so itself.
 */
export function decideOn(
  sighting: Sighting | undefined,
  { identity, now, fallbackInMs }: { identity: string; now: number; fallbackInMs: number },
): Move {
  const { holderIdentity: holder = "", leaseDurationSeconds } = sighting?.lease.spec ?? {};
  if (sighting === undefined || holder === "" || holder === identity) return { kind: "claim" };
  const lastsInMs = leaseDurationSeconds === undefined ? fallbackInMs : leaseDurationSeconds * 1000;
  const leftInMs = sighting.seenAt + lastsInMs - now;
  return leftInMs > 0 ? { kind: "wait", inMs: leftInMs, holder } : { kind: "claim" };
}

/** The record of a holder who takes a Lease, or renews it. `at` is in milliseconds since the epoch. */
export function claim(
  before: LeaseSpec | undefined,
  { identity, durationInMs, at }: { identity: string; durationInMs: number; at: number },
): LeaseSpec {
  const isRenewal = before?.holderIdentity === identity;
  const transitions = before?.leaseTransitions ?? 0;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationInMs / 1000),
    acquireTime: isRenewal ? (before.acquireTime ?? microTime(at)) : microTime(at),
    renewTime: microTime(at),
    leaseTransitions: before === undefined || isRenewal ? transitions : transitions + 1,
  };
}

/** The record of a Lease that was let go: anybody may take it at once. */
export function release(before: LeaseSpec | undefined, at: number): LeaseSpec {
  return {
    holderIdentity: "",
    leaseDurationSeconds: 1,
    acquireTime: microTime(at),
    renewTime: microTime(at),
    leaseTransitions: before?.leaseTransitions ?? 0,
  };
}
