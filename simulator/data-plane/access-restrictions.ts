import { BlockList, isIPv4 } from "node:net";
import { textOf, type Answer } from "../http/message.ts";
import type { AccessRule, Site } from "../world/site.ts";

/** The answer of the front end to an address that the rules keep out; `undefined`: come in. */
export function refuseByAddress(site: Site, address: string): Answer | undefined {
  const rules = site.enforcedAccessRules
    .get()
    .toSorted((a, b) => Number(a["priority"] ?? 65_000) - Number(b["priority"] ?? 65_000));
  const met = rules.find((rule) => covers(rule, address));
  const defaultAction = site.webConfig["ipSecurityRestrictionsDefaultAction"];
  const otherwise =
    rules.length > 0 && defaultAction !== "Allow" ? "Deny" : (defaultAction ?? "Allow");
  const action = met === undefined ? otherwise : (met["action"] ?? "Allow");
  if (action === "Allow") return undefined;
  return {
    status: 403,
    headers: { "content-type": "text/html", "x-ms-forbidden-ip": address },
    body: "<html><head><title>Web App - Unavailable</title></head><body><h2>Error 403 - Forbidden</h2></body></html>",
  };
}

function covers(rule: AccessRule, address: string): boolean {
  const ranges = textOf(rule["ipAddress"]).split(",");
  return ranges.some((range) => {
    const [network = "", bits = "32"] = range.trim().split("/");
    if (network === "Any") return true;
    if (!isIPv4(network) || !/^(?:[12]?\d|3[0-2])$/u.test(bits)) return false;
    const list = new BlockList();
    list.addSubnet(network, Number(bits));
    return list.check(address);
  });
}
