import { DEMO, demoService } from "../../simulator/world/demo-world.ts";
import type { LocalAzure } from "./local-azure.ts";

/** What a caller got, and what of the call the function saw; nothing when it was turned away. */
export interface Reply {
  readonly status: number;
  readonly seen?: Seen;
}

/** What reached the function with a call. */
export interface Seen {
  /** Object id of whoever the bearer token speaks for. */
  readonly tokenOf: string | undefined;
  /** Whether the caller's subscription key came along. */
  readonly subscriptionKey: boolean;
}

/** Those who call the function of the local Azure, each over real HTTPS. */
export class Callers {
  readonly #azure: LocalAzure;
  readonly #direct: string;
  readonly #gateway: string;

  constructor(azure: LocalAzure) {
    const { functionApps, gateways } = azure.addresses;
    this.#azure = azure;
    this.#direct = `${functionApps[DEMO.functionApp]}/api/orders`;
    this.#gateway = `${gateways[DEMO.service]}/orders/orders`;
  }

  /** Calls the function directly, without anything. */
  async stranger(): Promise<Reply> {
    return await call(this.#direct);
  }

  /** Calls the function directly, with a valid token for it: any identity of the tenant gets one. */
  async intruder(): Promise<Reply> {
    return await call(this.#direct, { authorization: `Bearer ${await this.#signIn()}` });
  }

  /** Calls the API through its gateway, with a subscription key. */
  async customer(): Promise<Reply> {
    return await call(this.#gateway, { "ocp-apim-subscription-key": SUBSCRIPTION_KEY });
  }

  async #signIn(): Promise<string> {
    const answer = await fetch(
      `${this.#azure.addresses.entra}/${DEMO.tenantId}/oauth2/v2.0/token`,
      {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: DEMO.intruderClientId,
          client_secret: DEMO.intruderSecret,
          scope: `${DEMO.functionClientId}/.default`,
        }),
      },
    );
    const { access_token: token } = (await answer.json()) as { access_token?: string };
    if (token === undefined) throw new Error(`The intruder got no token: ${answer.status}`);
    return token;
  }
}

const SUBSCRIPTION_KEY = demoService().subscriptions?.[0]?.key ?? "";

async function call(url: string, headers: Record<string, string> = {}): Promise<Reply> {
  const answer = await fetch(url, { headers });
  if (answer.status !== 200) return { status: answer.status };
  const echo = (await answer.json()) as { headers: Record<string, string> };
  return {
    status: answer.status,
    seen: {
      tokenOf: /oid=(\S+)/.exec(echo.headers["authorization"] ?? "")?.[1],
      subscriptionKey: Object.values(echo.headers).includes(SUBSCRIPTION_KEY),
    },
  };
}
