import type { JsonObject } from "../../controller/azure/json.ts";
import { DEMO } from "../../simulator/world/demo-world.ts";
import { Shop } from "../support/shop.ts";
import type { TestSimulator } from "../support/simulator.ts";

/** What callers get and what is configured, seen from outside the operator at one moment. */
export interface View {
  readonly anonymous: number;
  /** A valid token of an identity that no spec names. */
  readonly intruder: number;
  readonly gateway: number;
  /** The V2 authentication settings in ARM; empty while there are none. */
  readonly settings: JsonObject;
  /** The API's policy as stored, or undefined when it has none. */
  readonly policy: string | undefined;
  readonly identity: GatewayIdentity | undefined;
}

export interface GatewayIdentity {
  readonly principalId: string;
  readonly clientId: string;
}

const KEY_ELEMENT = String.raw`<set-(?:header|query-parameter) name="(?:Ocp-Apim-Subscription-Key|subscription-key)" exists-action="delete"\s*(?:/>|></set-(?:header|query-parameter)>)`;

/** The operator's statements in a policy document, with the blanks before them. */
export const OURS = new RegExp(
  String.raw`\s*(?:<authentication-managed-identity resource="${DEMO.functionClientId}"[^>]*/>|${KEY_ELEMENT})`,
  "g",
);

/** Looks at the pair as its callers do, and at its configuration. */
export async function lookFromOutside(azure: TestSimulator): Promise<View> {
  const shop = new Shop(azure);
  const token = await azure.control.token(DEMO.intruderClientId, DEMO.functionClientId);
  const [calls, intruder, world] = await Promise.all([
    shop.calls(),
    fetch(shop.direct, { headers: { authorization: `Bearer ${token}` } }),
    azure.control.world(),
  ]);
  await intruder.body?.cancel();
  return {
    anonymous: calls.direct,
    gateway: calls.gateway,
    intruder: intruder.status,
    ...configurationIn(world as unknown as World),
  };
}

/** The part of the control API's view that is looked at. */
interface World {
  readonly functionApps: readonly {
    readonly authentication: { readonly version: string; readonly document: JsonObject };
  }[];
  readonly services: readonly {
    readonly identity: { readonly system: GatewayIdentity | null };
    readonly apis: readonly {
      readonly revisions: readonly { readonly policy: string | null }[];
    }[];
  }[];
}

function configurationIn({
  functionApps,
  services,
}: World): Pick<View, "settings" | "policy" | "identity"> {
  const authentication = functionApps[0]?.authentication;
  const [service] = services;
  return {
    settings: authentication?.version === "v2" ? authentication.document : {},
    policy: service?.apis[0]?.revisions[0]?.policy ?? undefined,
    identity: service?.identity.system ?? undefined,
  };
}
