import { defineBypassCheck, observeNothing } from "./bypass-check.ts";

/** Custom host names, where the same front end and the same authentication answer. */
export const hostNames = defineBypassCheck({
  codes: ["CustomHostName"],
  actions: [],
  observe: observeNothing,

  judge: (_, { target, facts: { site } }) =>
    site.hostNames
      .filter((name) => name.toLowerCase() !== site.hostName.toLowerCase())
      .map((name) => ({
        code: "CustomHostName",
        resource: target.siteId,
        message: `${site.hostName} answers under ${name} too.`,
      })),
});
