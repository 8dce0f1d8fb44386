import { DEMO, demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import type { ApiSeed, WorldSeed } from "../../simulator/world/seed.ts";

/** Members that only their owners know, among those that the operator writes. */
const FOREIGN_SETTINGS = {
  platform: { enabled: false, futureSwitch: "keep" },
  globalValidation: { redirectToProvider: "azureactivedirectory" },
  identityProviders: {
    azureActiveDirectory: {
      login: { loginParameters: ["domain_hint=contoso"] },
      validation: { jwtClaimChecks: { allowedGroups: ["future"] } },
      novel: [1],
    },
    gitHub: { enabled: true, login: { scopes: ["read:user"] } },
  },
  novelty: { deep: { value: null, list: [{}] } },
};

/** Closed already, to everybody but a caller whom the spec does not name. */
const CLOSED_FOR_ANOTHER = {
  ...FOREIGN_SETTINGS,
  platform: { enabled: true, futureSwitch: "keep" },
  globalValidation: { requireAuthentication: true, unauthenticatedClientAction: "Return401" },
  identityProviders: {
    azureActiveDirectory: {
      registration: { clientId: DEMO.functionClientId },
      validation: {
        defaultAuthorizationPolicy: {
          allowedApplications: ["aaaaaaaa-0000-4000-8000-000000000001"],
          allowedPrincipals: { identities: ["aaaaaaaa-0000-4000-8000-000000000002"] },
        },
      },
    },
  },
};

const KEEPS_NO_BASE =
  '<policies><inbound><set-header name="X-Own" exists-action="override"><value>1</value></set-header></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>';

function worldWith(
  change: (api: ApiSeed) => ApiSeed,
  properties?: Readonly<Record<string, unknown>>,
): WorldSeed {
  const world = demoWorld();
  const service = demoService();
  return {
    ...world,
    services: [{ ...service, apis: (service.apis ?? []).map(change) }],
    functionApps: world.functionApps.map((site) => ({
      ...site,
      ...(properties && { authentication: { version: "v2" as const, properties } }),
    })),
  };
}

const unchanged = (api: ApiSeed): ApiSeed => api;

function withoutPolicy({ policy: _policy, ...api }: ApiSeed): ApiSeed {
  return api;
}

/** The function can be closed, and then no call through the gateway has a token. */
function withOperationsOfTheirOwn(api: ApiSeed): ApiSeed {
  const operations = (api.operations ?? []).map((each) => ({ ...each, policy: KEEPS_NO_BASE }));
  return { ...api, operations };
}

const WORLDS = {
  "never configured": () => worldWith(unchanged),
  "configured by others": () => worldWith(unchanged, FOREIGN_SETTINGS),
  "without a policy": () => worldWith(withoutPolicy),
  "closed for another caller": () => worldWith(unchanged, CLOSED_FOR_ANOTHER),
  "operations without base": () => worldWith(withOperationsOfTheirOwn, FOREIGN_SETTINGS),
} satisfies Record<string, () => WorldSeed>;

export type WorldName = keyof typeof WORLDS;

export const WORLD_NAMES = Object.keys(WORLDS) as readonly WorldName[];

/** What an operator may find when it begins. */
export function worldNamed(name: WorldName): WorldSeed {
  return WORLDS[name]();
}
