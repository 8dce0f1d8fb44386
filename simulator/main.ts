import { parseArgs } from "node:util";
import { startSimulator } from "./simulator.ts";

const USAGE = `Usage: node simulator/main.ts [--control-port PORT]

Starts a local Azure with one open Function App behind an API Management API, prints its addresses
and the environment variables that point a tool at it, and runs until SIGINT or SIGTERM.
`;

const { values } = parseArgs({
  options: { "control-port": { type: "string" }, help: { type: "boolean", short: "h" } },
});

if (values.help === true) {
  process.stdout.write(USAGE);
} else {
  await run(Number(values["control-port"] ?? 0));
}

async function run(controlPort: number): Promise<void> {
  const simulator = await startSimulator({ controlPort });
  const { arm, entra, graph, control, gateways, functionApps } = simulator.addresses;
  const lines = [
    `# Azure Resource Manager  ${arm}`,
    `# Microsoft Entra         ${entra}`,
    `# Microsoft Graph         ${graph}`,
    `# Control API             ${control}`,
    ...Object.entries(gateways).map(([name, url]) => `# Gateway ${name}  ${url}`),
    ...Object.entries(functionApps).map(([name, url]) => `# Function App ${name}  ${url}`),
    ...Object.entries(simulator.variables).map(([name, value]) => `export ${name}=${value}`),
  ];
  const stop = (): void => void simulator.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(`${lines.join("\n")}\n`);
}
