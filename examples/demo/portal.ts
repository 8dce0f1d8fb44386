import { DEMO } from "../../simulator/world/demo-world.ts";
import type { LocalAzure } from "./local-azure.ts";

const GROUP = `/subscriptions/${DEMO.subscriptionId}/resourceGroups/${DEMO.resourceGroup}/providers`;
const AUTH_SETTINGS = `${GROUP}/Microsoft.Web/sites/${DEMO.functionApp}/config/authsettingsV2?api-version=2025-05-01`;
const SERVICE = `${GROUP}/Microsoft.ApiManagement/service/${DEMO.service}`;
const POLICY = `${SERVICE}/apis/${DEMO.api}/policies/policy?api-version=2024-05-01`;

/** Ours, as they stand in a policy: the token for the function, and the removals of the key. */
const OUR_STATEMENTS =
  /\s*<(?:authentication-managed-identity|set-header name="Ocp-Apim-Subscription-Key"|set-query-parameter name="subscription-key")[^>]*\/>/g;

const NEIGHBOUR = `
    <set-header name="X-Campaign" exists-action="override">
      <value>@(context.Request.Headers.GetValueOrDefault("X-Source", "") == "mail" && 1 < 2 ? "autumn" : "none")</value>
    </set-header>`;

/** Someone in the portal, with every right and no idea of the operator. */
export class Portal {
  readonly #azure: LocalAzure;

  constructor(azure: LocalAzure) {
    this.#azure = azure;
  }

  /** Lets everybody call the function. */
  async switchAuthenticationOff(): Promise<void> {
    const { properties } = (await this.#send("GET", AUTH_SETTINGS)) as {
      properties: { platform: object };
    };
    const platform = { ...properties.platform, enabled: false };
    await this.#send("PUT", AUTH_SETTINGS, { properties: { ...properties, platform } });
  }

  /** Takes the operator's statements out of the API's policy, and adds one of its owners' own. */
  async damagePolicy(): Promise<void> {
    const damaged = (await this.policy())
      .replaceAll(OUR_STATEMENTS, "")
      .replace("<base />", `<base />${NEIGHBOUR}`);
    await this.#send("PUT", POLICY, { properties: { format: "rawxml", value: damaged } });
  }

  /** The API's policy without the operator's statements: what belongs to its owners, to the byte. */
  async neighbours(): Promise<string> {
    return (await this.policy()).replaceAll(OUR_STATEMENTS, "");
  }

  async policy(): Promise<string> {
    const answer = (await this.#send("GET", `${POLICY}&format=rawxml`)) as {
      properties: { value: string };
    };
    return answer.properties.value;
  }

  /** Object id of the gateway's identity. */
  async gatewayPrincipal(): Promise<string | undefined> {
    const service = (await this.#send("GET", `${SERVICE}?api-version=2024-05-01`)) as {
      identity: { principalId: string } | null;
    };
    return service.identity?.principalId;
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.#azure.control.portal({ method, path, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
