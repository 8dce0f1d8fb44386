import { nameOf, sameResource } from "../../azure/resource-ids.ts";
import { checkNarrowerPolicy } from "../../policy/policy.ts";
import { defineBypassCheck } from "./bypass-check.ts";
import { ownerOf, readPolicies, type SeenPolicy } from "./seen-policies.ts";
import { identityStatements } from "./wanted-statements.ts";

interface SeenService {
  readonly serviceId: string;
  readonly policies: readonly SeenPolicy[];
}

/** Policies of the products that hold the APIs: they run where the API's policy has its `<base />`. */
export const productPolicies = defineBypassCheck<readonly SeenService[]>({
  codes: ["ProductWithoutBase"],
  actions: [
    "Microsoft.ApiManagement/service/apis/products/read",
    "Microsoft.ApiManagement/service/products/policies/read",
  ],

  observe: async (inventory, { apis, serviceIds }) =>
    await Promise.all(
      serviceIds.map(async (serviceId) => {
        const ofService = apis.filter((api) => sameResource(api.serviceId, serviceId));
        const names = await Promise.all(ofService.map(({ id }) => inventory.listProductNames(id)));
        const products = names.flat().map((name) => `${serviceId}/products/${name}`);
        const ids = (await inventory.listPolicyIds(serviceId)).filter((id) =>
          products.some((product) => sameResource(product, ownerOf(id))),
        );
        return { serviceId, policies: await readPolicies(inventory, ids) };
      }),
    ),

  judge: (seen, circumstances) =>
    seen.flatMap(({ serviceId, policies }) => {
      const statements = identityStatements(circumstances, serviceId);
      return policies
        .filter(({ text }) => checkNarrowerPolicy(text, statements).kind === "skips")
        .map(({ id }) => ({
          code: "ProductWithoutBase",
          resource: ownerOf(id),
          message: `The policy of product ${nameOf(ownerOf(id))}: <inbound> has no <base />.`,
        }));
    }),
});
