import type { AuditedRequest } from "../start-cluster.ts";

const LOOKS: ReadonlySet<string> = new Set(["get", "list", "watch"]);

/**
 * How often somebody wrote, by what: `patch securedfunctionbackends/status`. The renewals of the lease,
 * which cost the same with one object as with a thousand, are left out; all else is told, refusals too.
 */
export function apiWritesOf(
  account: string,
  requests: readonly AuditedRequest[],
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { verb, user, objectRef } of requests) {
    const { resource = "", subresource } = objectRef ?? {};
    if (user.username !== account || LOOKS.has(verb) || resource === "leases") continue;
    const what = `${verb} ${[resource, subresource].filter(Boolean).join("/")}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

/** All writes together. */
export function totalOf(writes: Readonly<Record<string, number>>): number {
  return Object.values(writes).reduce((total, count) => total + count, 0);
}
