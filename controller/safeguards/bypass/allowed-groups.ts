import { valueAt } from "../../azure/json.ts";
import { authSettingsId } from "../../azure/resource-ids.ts";
import { defineBypassCheck, observeNothing } from "./bypass-check.ts";

const GROUPS =
  "/identityProviders/azureActiveDirectory/validation/defaultAuthorizationPolicy/allowedPrincipals/groups";

/** Groups on the allow-list: their members come in besides the identities. */
export const allowedGroups = defineBypassCheck({
  codes: ["GroupsAllowed"],
  actions: [],
  observe: observeNothing,

  judge(_, { target, facts }) {
    const groups = valueAt(facts.site.settings, GROUPS);
    if (!Array.isArray(groups) || groups.length === 0) return [];
    return [
      {
        code: "GroupsAllowed",
        resource: authSettingsId(target.siteId),
        message: `The allow-lists of ${facts.site.hostName} hold ${groups.length} group${groups.length === 1 ? "" : "s"}.`,
      },
    ];
  },
});
