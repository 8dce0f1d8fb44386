import { apiPolicyId, nameOf, sameResource, withoutRevision } from "../../azure/resource-ids.ts";
import { findAuthorizationUses } from "../../policy/policy.ts";
import type { Plan } from "../../reconcile/plan.ts";
import {
  isBelow,
  ownerOf,
  readPolicies,
  type SeenPolicy,
} from "../../safeguards/bypass/seen-policies.ts";
import type { TargetApi } from "../../safeguards/target.ts";
import { defineRiskCheck } from "./risk-check.ts";

interface SeenApi {
  readonly api: TargetApi;
  readonly hasSignIn: boolean;
  /** Its own, its operations', its products' and the service's. */
  readonly policies: readonly SeenPolicy[];
}

/** The path of the difference that the gateway's token is. */
const TOKEN = "inbound-policy:inbound/authentication-managed-identity";

/** APIs whose callers send an Authorization of their own: the gateway's token takes its place. */
export const forwardedAuthorization = defineRiskCheck<readonly SeenApi[]>({
  code: "ForwardedAuthorization",
  meaning:
    "The gateway's token replaces the Authorization header that callers send, so a function that reads theirs no longer gets it. This begins with step InboundPolicy, before the function is closed.",
  remedy:
    "Copy the header to another one before <base />, such as X-User-Authorization, and let the function read that.",
  cannotSee:
    "whether callers send a token that no policy mentions, and whether the function reads it. What fragments and named values do.",
  actions: [
    "Microsoft.ApiManagement/service/apis/read",
    "Microsoft.ApiManagement/service/allPolicies/read",
    "Microsoft.ApiManagement/service/policies/read",
    "Microsoft.ApiManagement/service/apis/policies/read",
    "Microsoft.ApiManagement/service/apis/operations/policies/read",
    "Microsoft.ApiManagement/service/apis/products/read",
    "Microsoft.ApiManagement/service/products/policies/read",
  ],
  concerns: (plan) => protectedAnew(plan).length > 0,

  observe: async ({ inventory }, { apis }, plan) =>
    await Promise.all(
      apis
        .filter(({ id }) => protectedAnew(plan).some((one) => sameResource(one, id)))
        .map(async (api) => {
          const [listed, ids, products] = await Promise.all([
            inventory.listApis(api.serviceId),
            inventory.listPolicyIds(api.serviceId),
            inventory.listProductNames(api.id),
          ]);
          const owners = [
            api.serviceId,
            ...products.map((name) => `${api.serviceId}/products/${name}`),
          ];
          const around = ids.filter(
            (id) =>
              sameResource(id, apiPolicyId(api.id)) ||
              isBelow(id, `${api.id}/operations`) ||
              owners.some((owner) => sameResource(owner, ownerOf(id))),
          );
          return {
            api,
            hasSignIn: listed.some(({ id, hasSignIn }) => hasSignIn && sameResource(id, api.id)),
            policies: await readPolicies(inventory, around),
          };
        }),
    ),

  judge: (seen) => seen.flatMap(judgeApi),
});

function judgeApi({ api, hasSignIn, policies }: SeenApi): readonly string[] {
  return [
    ...(hasSignIn
      ? [`API ${api.name} has its callers sign in by OAuth 2.0 or OpenID Connect.`]
      : []),
    ...policies.flatMap(({ id, text }) => {
      const { readable, uses } = findAuthorizationUses(text);
      const owner = nameOf(ownerOf(id));
      if (!readable) return [`The policy of ${owner} cannot be read.`];
      return uses.map(
        ({ element, line, column }) =>
          `The policy of ${owner}, line ${line}, column ${column}: <${element}> has to do with the caller's Authorization.`,
      );
    }),
  ];
}

/** The APIs that get the gateway's token for the first time, by their ids without a revision. */
function protectedAnew({ steps }: Plan): readonly string[] {
  const changes = steps.flatMap((step) => step.changes);
  return changes
    .filter(({ path, observed }) => path === TOKEN && observed === undefined)
    .map(({ resource }) => withoutRevision(ownerOf(resource)));
}
