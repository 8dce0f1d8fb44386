import { WorkloadIdentityCredential } from "@azure/identity";
import type { Simulator } from "../../simulator/simulator.ts";

/** What ARM or Microsoft Graph answered. */
export class ArmAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(status: number, headers: Headers, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  /** The parsed body; `undefined` when there is none. */
  get json(): unknown {
    return this.text === "" ? undefined : (JSON.parse(this.text) as unknown);
  }

  /** The string at a path of property names; fails the test when there is none. */
  string(...path: readonly string[]): string {
    let value = this.json;
    for (const name of path) value = (value as Record<string, unknown> | undefined)?.[name];
    if (typeof value !== "string") throw new Error(`No string at ${path.join(".")}: ${this.text}`);
    return value;
  }

  header(name: string): string {
    return this.headers.get(name) ?? "";
  }
}

/** Sends one request; the path may be a whole URL. */
export type ArmClient = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<ArmAnswer>;

/** The real credential of a workload, pointed at a simulator. */
export function createCredential(azure: Simulator): WorkloadIdentityCredential {
  return new WorkloadIdentityCredential({
    tenantId: azure.variables["AZURE_TENANT_ID"] ?? "",
    clientId: azure.variables["AZURE_CLIENT_ID"] ?? "",
    tokenFilePath: azure.variables["AZURE_FEDERATED_TOKEN_FILE"] ?? "",
    authorityHost: azure.variables["AZURE_AUTHORITY_HOST"] ?? "",
    disableInstanceDiscovery: true,
  });
}

/** A bare client of ARM that signs in as the operator and changes nothing on the way. */
export function createArmClient(azure: Simulator): Promise<ArmClient> {
  return createClient(azure, azure.addresses.arm);
}

/** The same for Microsoft Graph. */
export function createGraphClient(azure: Simulator): Promise<ArmClient> {
  return createClient(azure, azure.addresses.graph);
}

async function createClient(azure: Simulator, address: string): Promise<ArmClient> {
  const { token } = await createCredential(azure).getToken(`${address}/.default`);
  return async (method, path, body, headers = {}) => {
    const response = await fetch(new URL(path, address), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return new ArmAnswer(response.status, response.headers, await response.text());
  };
}
