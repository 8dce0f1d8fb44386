import { valueAt, withValueAt, type Json, type JsonObject } from "../../controller/azure/json.ts";
import { DEMO } from "../../simulator/world/demo-world.ts";
import { Shop } from "../support/shop.ts";
import type { TestSimulator } from "../support/simulator.ts";
import { OURS } from "./outside.ts";
import { passTime } from "./virtual-time.ts";

/** What somebody else does to a pair. */
interface Disturbance {
  /** Gateway callers are kept out by it, until it is put right. */
  readonly breaksGateway: boolean;
  readonly happen: (azure: TestSimulator) => Promise<void>;
}

const ENTRA = "/identityProviders/azureActiveDirectory";
const AUTHORIZATION = `${ENTRA}/validation/defaultAuthorizationPolicy`;
const APPLICATIONS = `${AUTHORIZATION}/allowedApplications`;
const IDENTITIES = `${AUTHORIZATION}/allowedPrincipals/identities`;

/** The settings of the function, changed in the portal. */
function settings(change: (before: JsonObject) => JsonObject): Disturbance["happen"] {
  return async (azure) => {
    const shop = new Shop(azure);
    await shop.putAuthSettings(change((await shop.authSettings()) as JsonObject));
  };
}

function setting(pointer: string, value: Json | undefined): Disturbance["happen"] {
  return settings((before) => withValueAt(before, pointer, value));
}

/** The policy of the API, changed in the portal. */
function policy(change: (before: string) => string): Disturbance["happen"] {
  return async (azure) => {
    const shop = new Shop(azure);
    await shop.putPolicy(change(await shop.policy()));
  };
}

function withEntry(document: JsonObject, pointer: string, entry: string): JsonObject {
  const before = valueAt(document, pointer);
  return withValueAt(document, pointer, [...(Array.isArray(before) ? before : []), entry]);
}

const DISTURBANCES = {
  "authentication is switched off": {
    breaksGateway: false,
    happen: setting("/platform/enabled", false),
  },
  "anonymous callers are allowed": {
    breaksGateway: false,
    happen: setting("/globalValidation/unauthenticatedClientAction", "AllowAnonymous"),
  },
  "a stranger is allowed": {
    breaksGateway: false,
    happen: settings((before) =>
      withEntry(
        withEntry(before, APPLICATIONS, DEMO.intruderClientId),
        IDENTITIES,
        DEMO.intruderObjectId,
      ),
    ),
  },
  "the allow-lists are removed": {
    breaksGateway: false,
    happen: setting(AUTHORIZATION, undefined),
  },
  "a path is excluded": {
    breaksGateway: false,
    happen: setting("/globalValidation/excludedPaths", ["/api/orders"]),
  },
  "the gateway is taken off a list": {
    breaksGateway: true,
    happen: setting(IDENTITIES, ["aaaaaaaa-0000-4000-8000-000000000002"]),
  },
  "a foreign setting changes": {
    breaksGateway: false,
    happen: setting(`${ENTRA}/login`, { loginParameters: ["prompt=none"] }),
  },
  "our statements are deleted": {
    breaksGateway: true,
    happen: policy((before) => before.replaceAll(OURS, "")),
  },
  "our statements are doubled": {
    breaksGateway: false,
    happen: policy((before) => before.replaceAll(OURS, "$&$&")),
  },
  "a foreign statement is added": {
    breaksGateway: false,
    happen: policy((before) =>
      before.replace(
        "<base />",
        '<base /><set-variable name="late" value="@(context.Request.Headers.GetValueOrDefault("X", "") == "<" && true)" />',
      ),
    ),
  },
  "the identity is created anew": {
    breaksGateway: true,
    happen: (azure) => azure.control.recreateIdentity(DEMO.service),
  },
  "Entra's keys are rotated": {
    breaksGateway: false,
    happen: (azure) => azure.control.rotateKeys(),
  },
  "all tokens expire": {
    breaksGateway: false,
    happen: () => Promise.resolve(passTime(2 * 60 * 60 * 1000)),
  },
} satisfies Record<string, Disturbance>;

export type DisturbanceName = keyof typeof DISTURBANCES;

export const DISTURBANCE_NAMES = Object.keys(DISTURBANCES) as readonly DisturbanceName[];

export function disturbanceNamed(name: DisturbanceName): Disturbance {
  return DISTURBANCES[name];
}
