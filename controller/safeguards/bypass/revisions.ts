import { apiPolicyId, nameOf } from "../../azure/resource-ids.ts";
import { checkPolicy } from "../../policy/policy.ts";
import { defineBypassCheck } from "./bypass-check.ts";
import { identityStatements } from "./wanted-statements.ts";

interface SeenRevision {
  /** `…/apis/NAME;rev=N`. */
  readonly id: string;
  readonly serviceId: string;
  /** Undefined: it has none. */
  readonly text: string | undefined;
}

/** Online revisions that `revisions: Current` leaves to their owners. */
export const revisions = defineBypassCheck<readonly SeenRevision[]>({
  codes: ["RevisionUnprotected"],
  actions: [],

  async observe(inventory, { spec, apis }) {
    if (spec.revisions === "AllOnline") return [];
    const ofApis = await Promise.all(
      apis.map(async ({ id, serviceId }) => {
        const ids = await inventory.listOtherOnlineRevisionIds(id);
        return await Promise.all(
          ids.map(async (revision) => ({
            id: revision,
            serviceId,
            text: await inventory.getPolicyText(apiPolicyId(revision)),
          })),
        );
      }),
    );
    return ofApis.flat();
  },

  judge: (seen, circumstances) =>
    seen
      .filter(
        ({ text, serviceId }) =>
          !checkPolicy(text, identityStatements(circumstances, serviceId)).protected,
      )
      .map(({ id }) => ({
        code: "RevisionUnprotected",
        resource: id,
        message: `Revision ${nameOf(id)} is online without the gateway's token.`,
      })),
});
