import { API_ID, apimUrl, SITE_ID, webUrl } from "./demo-ids.ts";
import type { TestSimulator } from "./simulator.ts";

/** What the demonstration's world looks like to its callers and in the portal. */
export class Shop {
  readonly azure: TestSimulator;
  readonly direct: string;
  readonly gateway: string;

  constructor(azure: TestSimulator) {
    this.azure = azure;
    this.direct = `${azure.addresses.functionApps["orders-func"]}/api/orders`;
    this.gateway = `${azure.addresses.gateways["contoso-apim"]}/orders/orders`;
  }

  /** The statuses that an anonymous direct call and a call through the gateway get. */
  async calls(): Promise<{ direct: number; gateway: number }> {
    const [direct, gateway] = await Promise.all([fetch(this.direct), fetch(this.gateway)]);
    return { direct: direct.status, gateway: gateway.status };
  }

  /** What was written to ARM by the operator, in order: `PUT policy`. */
  async writes(): Promise<readonly string[]> {
    const requests = await this.azure.control.requests({ listener: "arm", writes: true });
    return requests
      .filter(({ principal }) => principal?.name !== "portal")
      .map(
        ({ method, url }) => `${method} ${new URL(url, "https://arm").pathname.split("/").at(-1)}`,
      );
  }

  async policy(): Promise<string> {
    const answer = await this.#portal(
      "GET",
      apimUrl(`${API_ID}/policies/policy`, "&format=rawxml"),
    );
    return (answer as { properties: { value: string } }).properties.value;
  }

  async putPolicy(value: string): Promise<void> {
    await this.#portal("PUT", apimUrl(`${API_ID}/policies/policy`), {
      properties: { format: "rawxml", value },
    });
  }

  async authSettings(): Promise<Record<string, unknown>> {
    const answer = await this.#portal("GET", webUrl(`${SITE_ID}/config/authsettingsV2`));
    return (answer as { properties: Record<string, unknown> }).properties;
  }

  async putAuthSettings(properties: Record<string, unknown>): Promise<void> {
    await this.#portal("PUT", webUrl(`${SITE_ID}/config/authsettingsV2`), { properties });
  }

  /** The `properties` of `config/web`. */
  async webConfig(): Promise<Record<string, unknown>> {
    const answer = await this.#portal("GET", webUrl(`${SITE_ID}/config/web`));
    return (answer as { properties: Record<string, unknown> }).properties;
  }

  async patchWebConfig(properties: Record<string, unknown>): Promise<void> {
    await this.#portal("PATCH", webUrl(`${SITE_ID}/config/web`), { properties });
  }

  /** The access rules that somebody wrote, in their order. */
  async accessRules(): Promise<readonly Record<string, unknown>[]> {
    const { ipSecurityRestrictions } = await this.webConfig();
    return (ipSecurityRestrictions as readonly Record<string, unknown>[]).filter(
      ({ priority }) => priority !== 2_147_483_647,
    );
  }

  /** What ARM was asked by the operator, in alphabetical order: `GET orders-func/config/web`. */
  async reads(): Promise<readonly string[]> {
    const requests = await this.azure.control.requests({ listener: "arm" });
    return requests
      .map(
        ({ method, url }) =>
          `${method} ${new URL(url, "https://arm").pathname.split("/").slice(8).join("/")}`,
      )
      .toSorted();
  }

  async #portal(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.azure.control.portal({ method, path, body });
    if (answer.status >= 300) throw new Error(JSON.stringify(answer));
    return answer.body;
  }
}
