import { authSettingsId } from "../../azure/resource-ids.ts";
import { defineBypassCheck, observeNothing } from "./bypass-check.ts";

/** Where the host answers to keys alone; everything else there is the function's own. */
const MANAGEMENT = /^\/(?:admin|runtime)(?:\/|$)/i;

/** Paths that the spec leaves open. Others are a difference, which the safeguard puts right. */
export const openPaths = defineBypassCheck({
  codes: ["PathOpen", "ManagementPathOpen"],
  actions: [],
  observe: observeNothing,

  judge: (_, { target, facts }) =>
    target.spec.authentication.excludedPaths.map((path) => ({
      code: MANAGEMENT.test(path) ? "ManagementPathOpen" : "PathOpen",
      resource: authSettingsId(target.siteId),
      message: `${facts.site.hostName} answers anybody at ${path}.`,
    })),
});
