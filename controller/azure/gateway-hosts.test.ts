import { describe, expect, test } from "vitest";
import { gatewayHostsOf } from "./gateway-hosts.ts";
import type { JsonObject } from "./json.ts";

const OWN = "https://contoso-apim.azure-api.net";

describe("the hosts of a gateway", () => {
  test.each<{ name: string; properties: JsonObject; hosts: readonly string[] }>([
    {
      name: "its own address",
      properties: { gatewayUrl: OWN },
      hosts: ["contoso-apim.azure-api.net"],
    },
    {
      name: "a port",
      properties: { gatewayUrl: "https://localhost:8443" },
      hosts: ["localhost:8443"],
    },
    {
      name: "custom names of the gateway, each once, and of nothing else",
      properties: {
        gatewayUrl: OWN,
        hostnameConfigurations: [
          { type: "Proxy", hostName: "Contoso-APIM.azure-api.net" },
          { type: "Proxy", hostName: "api.contoso.com" },
          { type: "DeveloperPortal", hostName: "portal.contoso.com" },
          { type: "Management", hostName: "management.contoso.com" },
        ],
      },
      hosts: ["contoso-apim.azure-api.net", "api.contoso.com"],
    },
    { name: "none", properties: { hostnameConfigurations: null }, hosts: [] },
    { name: "none that can be read", properties: { gatewayUrl: "contoso" }, hosts: [] },
  ])("$name", ({ properties, hosts }) => {
    expect(gatewayHostsOf({ properties })).toEqual(hosts);
  });
});
