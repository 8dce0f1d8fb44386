import type { Backend, Inventory, ListedApi } from "../../azure/inventory.ts";
import { nameOf, sameResource, withoutRevision } from "../../azure/resource-ids.ts";
import { findReferences, type PolicyReferences } from "../../policy/policy.ts";
import type { Target } from "../target.ts";
import { defineBypassCheck, type Circumstances, type Finding } from "./bypass-check.ts";
import { isFunctionAddress, isFunctionBackend } from "./function-address.ts";
import { isBelow, ownerOf, readPolicies, type SeenPolicy } from "./seen-policies.ts";
import { identityStatements, opensFunction } from "./wanted-statements.ts";

/** How many policies of other APIs are read in one service. */
export const MOST_POLICIES = 200;

interface SeenService {
  readonly serviceId: string;
  readonly apis: readonly ListedApi[];
  readonly backends: readonly Backend[];
  readonly policies: readonly SeenPolicy[];
  /** How many more there are. */
  readonly unread: number;
}

/**
 * The other APIs of the same services. Whoever writes any policy there can have the gateway's token
 * sent to any backend: what is written out is found, what an expression computes is not.
 */
export const otherApis = defineBypassCheck<readonly SeenService[]>({
  codes: ["OtherApiAdmitted", "OtherApiReaches", "TokenTakenElsewhere", "PolicyNotSeen"],
  actions: [
    "Microsoft.ApiManagement/service/backends/read",
    "Microsoft.ApiManagement/service/policies/read",
  ],

  observe: async (inventory, target) =>
    await Promise.all(
      target.serviceIds.map((serviceId) => observeService(inventory, target, serviceId)),
    ),

  judge: (seen, circumstances) => seen.flatMap((each) => judgeService(each, circumstances)),
});

async function observeService(
  inventory: Inventory,
  target: Target,
  serviceId: string,
): Promise<SeenService> {
  const [apis, backends, ids] = await Promise.all([
    inventory.listApis(serviceId),
    inventory.listBackends(serviceId),
    inventory.listPolicyIds(serviceId),
  ]);
  const isOurs = (id: string) =>
    target.apis.some((api) => sameResource(id, api.id) || isBelow(id, api.id));
  const others = ids.map((id) => ({ id, owner: withoutRevision(ownerOf(id)) }));
  const foreign = others.filter(({ owner }) => !isOurs(owner)).map(({ id }) => id);
  return {
    serviceId,
    backends,
    apis: apis.filter(({ id }) => !isOurs(withoutRevision(id))),
    policies: await readPolicies(inventory, foreign.slice(0, MOST_POLICIES)),
    unread: Math.max(0, foreign.length - MOST_POLICIES),
  };
}

function judgeService(seen: SeenService, circumstances: Circumstances): readonly Finding[] {
  const read = seen.policies.map(({ id, text }) => ({
    owner: ownerOf(id),
    references: findReferences(text),
  }));
  const uses = (references: PolicyReferences) => usesOf(references, seen, circumstances);
  const byApi = seen.apis.flatMap((api) => {
    const own = read
      .filter(({ owner }) => sameResource(owner, api.id) || isBelow(owner, api.id))
      .map(({ references }) => uses(references));
    const reaches =
      isFunctionAddress(api.serviceUrl, circumstances) || own.some((each) => each.reaches);
    return findingOf(api.id, { reaches, takesToken: own.some((each) => each.takesToken) });
  });
  const elsewhere = read
    .filter(
      ({ owner }) => !seen.apis.some(({ id }) => sameResource(owner, id) || isBelow(owner, id)),
    )
    .flatMap(({ owner, references }) => findingOf(owner, { ...uses(references), reaches: false }));
  return [...byApi, ...elsewhere, ...unseen(seen, read)];
}

interface Uses {
  /** It sends requests to the function. */
  readonly reaches: boolean;
  /** It gets a token with which the function lets a request in. */
  readonly takesToken: boolean;
}

function usesOf(
  references: PolicyReferences,
  { serviceId, backends }: SeenService,
  circumstances: Circumstances,
): Uses {
  const statements = identityStatements(circumstances, serviceId);
  const chosen = backends.filter(({ name }) =>
    references.backendIds.some((id) => id.toLowerCase() === name.toLowerCase()),
  );
  const tokens = [...references.tokens, ...chosen.flatMap(({ token }) => token ?? [])];
  return {
    reaches:
      [...references.backendUrls, ...references.requestUrls].some((url) =>
        isFunctionAddress(url, circumstances),
      ) || chosen.some((backend) => isFunctionBackend(backend, circumstances)),
    takesToken: tokens.some((token) => opensFunction(token, statements)),
  };
}

function findingOf(resource: string, { reaches, takesToken }: Uses): readonly Finding[] {
  const name = nameOf(resource);
  if (reaches && takesToken) {
    const message = `${name} reaches the function with the gateway's token, and is not in spec.apis.`;
    return [{ code: "OtherApiAdmitted", resource, message }];
  }
  if (reaches) {
    const message = `${name} has the function as its backend, and is not in spec.apis.`;
    return [{ code: "OtherApiReaches", resource, message }];
  }
  if (takesToken) {
    const message = `${name} gets the gateway's token for the function, and is not in spec.apis.`;
    return [{ code: "TokenTakenElsewhere", resource, message }];
  }
  return [];
}

function unseen(
  { serviceId, unread }: SeenService,
  read: readonly { readonly owner: string; readonly references: PolicyReferences }[],
): readonly Finding[] {
  const unreadable = read
    .filter(({ references }) => !references.readable)
    .map(({ owner }) => ({
      code: "PolicyNotSeen" as const,
      resource: owner,
      message: `The policy of ${nameOf(owner)} cannot be read.`,
    }));
  if (unread === 0) return unreadable;
  const message = `${unread} more policies of service ${nameOf(serviceId)} were not looked at.`;
  return [...unreadable, { code: "PolicyNotSeen", resource: serviceId, message }];
}
