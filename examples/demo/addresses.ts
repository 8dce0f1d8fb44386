import type { LocalAzure } from "./local-azure.ts";
import { MANIFEST, type Scene } from "./scene.ts";

/** Says where everything is, and how to play with it. */
export function showAddresses(
  { stage, folder }: Scene,
  { addresses, variables, caFile }: LocalAzure,
): void {
  const { control, functionApps, gateways } = addresses;
  const lines = [
    ...Object.entries(functionApps).map(([name, url]) => `function ${name}  ${url}/api/orders`),
    ...Object.entries(gateways).map(([name, url]) => `gateway ${name}  ${url}/orders/orders`),
    `control API  ${control}`,
    `manifest     ${folder}/${MANIFEST}  (watch follows it)`,
    "",
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${value}`),
    "",
    `curl --cacert ${caFile} -i ${Object.values(gateways)[0]}/orders/orders`,
    "npm run --silent sfb -- plan -f examples/orders.yaml",
  ];
  stage.chapter("Everything keeps running until Ctrl-C. To explore from another terminal:");
  for (const line of lines) stage.say(line === "" ? "" : `  ${line}`);
}
