import { nameOf } from "../../azure/resource-ids.ts";
import { checkNarrowerPolicy } from "../../policy/policy.ts";
import { defineBypassCheck, type Finding } from "./bypass-check.ts";
import { isBelow, ownerOf, readPolicies, type SeenPolicy } from "./seen-policies.ts";
import { identityStatements } from "./wanted-statements.ts";
import type { TargetApi } from "../target.ts";

interface SeenApi {
  readonly api: TargetApi;
  readonly policies: readonly SeenPolicy[];
}

/** Operations' own policies: they decide whether, and when, their API's statements run. */
export const operationPolicies = defineBypassCheck<readonly SeenApi[]>({
  codes: [
    "OperationWithoutBase",
    "OperationUndoesPolicy",
    "OperationMayUndoPolicy",
    "PolicyNotSeen",
  ],
  actions: [
    "Microsoft.ApiManagement/service/allPolicies/read",
    "Microsoft.ApiManagement/service/apis/operations/read",
    "Microsoft.ApiManagement/service/apis/operations/policies/read",
  ],

  observe: async (inventory, { apis }) =>
    await Promise.all(
      apis.map(async (api) => {
        const ids = await inventory.listPolicyIds(api.serviceId);
        const ofOperations = ids.filter((id) => isBelow(id, `${api.id}/operations`));
        return { api, policies: await readPolicies(inventory, ofOperations) };
      }),
    ),

  judge: (seen, circumstances) =>
    seen.flatMap(({ api, policies }) => {
      const statements = identityStatements(circumstances, api.serviceId);
      return policies.flatMap((policy) => judgePolicy(policy, api, statements));
    }),
});

function judgePolicy(
  { id, text }: SeenPolicy,
  api: TargetApi,
  statements: ReturnType<typeof identityStatements>,
): readonly Finding[] {
  const effect = checkNarrowerPolicy(text, statements);
  if (effect.kind === "holds") return [];
  const resource = ownerOf(id);
  const where = `operation ${nameOf(resource)} of API ${api.name}, line ${effect.line}, column ${effect.column}`;
  switch (effect.kind) {
    case "skips":
      return [
        {
          code: "OperationWithoutBase",
          resource,
          message: `The policy of ${where}: <inbound> has no <base />.`,
        },
      ];
    case "undoes":
      return [
        effect.certainty === "certain"
          ? {
              code: "OperationUndoesPolicy",
              resource,
              message: `The policy of ${where}: this replaces the gateway's token.`,
            }
          : {
              code: "OperationMayUndoPolicy",
              resource,
              message: `The policy of ${where}: what this does to the gateway's token cannot be seen.`,
            },
      ];
    case "unreadable":
      return [
        { code: "PolicyNotSeen", resource, message: `The policy of ${where}: it cannot be read.` },
      ];
  }
}
