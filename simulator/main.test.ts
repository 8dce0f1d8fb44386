import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "main.ts");

test.each(["SIGTERM", "SIGINT"] as const)(
  "started alone it prints addresses and variables, and stops on %s",
  async (signal) => {
    const child = spawn(process.execPath, [MAIN], { stdio: ["ignore", "pipe", "inherit"] });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.startsWith("export NODE_EXTRA_CA_CERTS=")) break;
    }

    child.kill(signal);
    const [code] = (await once(child, "exit", { signal: AbortSignal.timeout(2000) })) as [number];

    expect(code).toBe(0);
    const text = lines.join("\n");
    expect(text).toMatch(/# Azure Resource Manager +https:\/\/localhost:\d+/u);
    for (const name of [
      "AZURE_AUTHORITY_HOST",
      "AZURE_TENANT_ID",
      "AZURE_CLIENT_ID",
      "AZURE_FEDERATED_TOKEN_FILE",
      "AZURE_RESOURCE_MANAGER_ENDPOINT",
      "AZURE_RESOURCE_MANAGER_AUDIENCE",
      "AZURE_GRAPH_ENDPOINT",
    ]) {
      expect(text).toMatch(new RegExp(`^export ${name}=\\S+$`, "mu"));
    }
  },
);
