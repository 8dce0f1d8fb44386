import type { WebApps } from "../azure/door.ts";
import type { JsonObject } from "../azure/json.ts";
import { nameOf, siteOf, siteOfAuthSettings } from "../azure/resource-ids.ts";
import {
  DEFAULT_ACTION_MEMBER,
  effectiveDefault,
  RULES_MEMBER,
} from "../safeguards/access-rules.ts";
import type { ResourceSnapshot } from "./snapshot.ts";

/**
 * The values that stand in a resource now, under the pointers that a snapshot uses. Access rules are
 * left out: the operator's own carry its name, so that nobody else's can be meant.
 */
export async function presentValues(
  webApps: WebApps,
  resource: string,
  kind: Exclude<ResourceSnapshot["kind"], "api-policy">,
): Promise<JsonObject> {
  switch (kind) {
    case "auth-settings":
      return await webApps.getAuthSettings(siteOfAuthSettings(resource));
    case "site-config": {
      const webConfig = await webApps.getWebConfig(siteOf(resource));
      const { [RULES_MEMBER]: _rules, ...present } = webConfig;
      return { ...present, [DEFAULT_ACTION_MEMBER]: effectiveDefault(webConfig) };
    }
    case "site":
      return (await webApps.getSite(resource)).properties;
    case "basic-publishing": {
      const methods = await webApps.getBasicPublishing(siteOf(resource));
      return { allow: methods[nameOf(resource) === "ftp" ? "ftp" : "scm"] };
    }
  }
}

/** Whether a recorded value can be compared with what is present. */
export function isComparable(pointer: string): boolean {
  return pointer !== `/${RULES_MEMBER}`;
}
