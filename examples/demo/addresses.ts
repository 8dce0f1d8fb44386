import type { LocalAzure } from "./local-azure.ts";

/** Where everything of the local Azure is. */
export function addressesOf({ addresses }: LocalAzure): readonly string[] {
  const { control, functionApps, gateways } = addresses;
  return [
    ...Object.entries(functionApps).map(([name, url]) => `function ${name}  ${url}/api/orders`),
    ...Object.entries(gateways).map(([name, url]) => `gateway ${name}  ${url}/orders/orders`),
    `control API  ${control}`,
  ];
}

/** How a customer calls the API. */
export function callOf({ addresses, caFile }: LocalAzure): string {
  return `curl --cacert ${caFile} -i ${Object.values(addresses.gateways)[0]}/orders/orders`;
}
