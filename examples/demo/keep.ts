import { once } from "node:events";
import type { LocalAzure } from "./local-azure.ts";
import { MANIFEST, type Scene } from "./scene.ts";

/** Says where everything is and how to play with it, and waits for Ctrl-C. */
export async function leaveRunning(
  { stage, folder }: Scene,
  { addresses, variables, caFile }: LocalAzure,
): Promise<void> {
  const { control, functionApps, gateways } = addresses;
  const lines = [
    ...Object.entries(functionApps).map(([name, url]) => `function ${name}  ${url}/api/orders`),
    ...Object.entries(gateways).map(([name, url]) => `gateway ${name}  ${url}/orders/orders`),
    `control API  ${control}`,
    `manifest     ${folder}/${MANIFEST}  (watch looks when it is saved)`,
    "",
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${value}`),
    "",
    `curl --cacert ${caFile} -i ${Object.values(gateways)[0]}/orders/orders`,
    "npm run --silent sfb -- plan -f examples/orders.yaml",
  ];
  stage.chapter("Everything keeps running until Ctrl-C. To explore from another terminal:");
  for (const line of lines) stage.say(line === "" ? "" : `  ${line}`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
}
