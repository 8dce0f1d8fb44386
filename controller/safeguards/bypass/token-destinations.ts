import type { Backend, ListedApi } from "../../azure/inventory.ts";
import { apiPolicyId, nameOf, sameResource } from "../../azure/resource-ids.ts";
import { findReferences } from "../../policy/policy.ts";
import { defineBypassCheck, type Circumstances, type Finding } from "./bypass-check.ts";
import { hostOf, isFunctionAddress, isFunctionBackend } from "./function-address.ts";
import { isBelow, ownerOf, readPolicies, type SeenPolicy } from "./seen-policies.ts";
import type { TargetApi } from "../target.ts";

interface SeenApi {
  readonly api: TargetApi;
  readonly listed: ListedApi | undefined;
  readonly backends: readonly Backend[];
  /** The API's own and its operations'. */
  readonly policies: readonly SeenPolicy[];
}

/** Where the APIs send the function's token besides to the function. */
export const tokenDestinations = defineBypassCheck<readonly SeenApi[]>({
  codes: ["TokenSentElsewhere"],
  actions: [],

  observe: async (inventory, { apis }) =>
    await Promise.all(
      apis.map(async (api) => {
        const [listed, backends, ids] = await Promise.all([
          inventory.listApis(api.serviceId),
          inventory.listBackends(api.serviceId),
          inventory.listPolicyIds(api.serviceId),
        ]);
        const own = ids.filter(
          (id) => sameResource(id, apiPolicyId(api.id)) || isBelow(id, `${api.id}/operations`),
        );
        return {
          api,
          backends,
          listed: listed.find(({ id }) => sameResource(id, api.id)),
          policies: await readPolicies(inventory, own),
        };
      }),
    ),

  judge: (seen, circumstances) => seen.flatMap((each) => judgeApi(each, circumstances)),
});

function judgeApi(
  { api, listed, backends, policies }: SeenApi,
  circumstances: Circumstances,
): readonly Finding[] {
  const read = policies.map(({ id, text }) => ({ id, references: findReferences(text) }));
  const byPolicy = read.flatMap(({ id, references }) => [
    ...references.backendUrls
      .filter((url) => !isFunctionAddress(url, circumstances))
      .map((url) => finding(ownerOf(id), hostOf(url) ?? url)),
    ...backends
      .filter(
        (backend) =>
          references.backendIds.some((each) => each.toLowerCase() === backend.name.toLowerCase()) &&
          !isFunctionBackend(backend, circumstances),
      )
      .map(({ name }) => finding(ownerOf(id), `backend ${name}`)),
  ]);
  const own = listed?.serviceUrl;
  const isOwnUsed = !read.some(
    ({ id, references }) => sameResource(id, apiPolicyId(api.id)) && references.choosesBackend,
  );
  return own !== undefined && own !== "" && isOwnUsed && !isFunctionAddress(own, circumstances)
    ? [...byPolicy, finding(api.id, hostOf(own) ?? own)]
    : byPolicy;
}

function finding(resource: string, where: string): Finding {
  return {
    code: "TokenSentElsewhere",
    resource,
    message: `${nameOf(resource)} sends requests with the function's token to ${where}.`,
  };
}
