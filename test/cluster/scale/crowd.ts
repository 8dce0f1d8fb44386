import type { Grant } from "../../../controller/api/v1alpha1/grant-types.generated.ts";
import { DEMO, demoService, demoWorld } from "../../../simulator/world/demo-world.ts";
import type { RegistrationSeed, WorldSeed } from "../../../simulator/world/seed.ts";

/** As many functions lie behind one service, and as many objects in one namespace; a grant names no more audiences. */
const TEAM_SIZE = 50;

/** One of many functions, with the API in front of it and the object that joins them. */
interface Member {
  /** `team-03`: the name of its namespace, resource group and service. */
  readonly team: string;
  /** `func-0042`: of its Function App, API and object. */
  readonly name: string;
  readonly clientId: string;
}

/** Many functions behind a few services, each the demonstration's but for its name. */
export class Crowd {
  readonly #members: readonly Member[];

  constructor(size: number) {
    this.#members = Array.from({ length: size }, (_, index) => ({
      team: `team-${pad(Math.floor(index / TEAM_SIZE), 2)}`,
      name: `func-${pad(index, 4)}`,
      clientId: `33333333-3333-4333-8333-${pad(index, 12)}`,
    }));
  }

  get teams(): readonly string[] {
    return [...new Set(this.#members.map(({ team }) => team))];
  }

  /** What Azure holds of it: open functions, and a policy of its own on each API. */
  world(): WorldSeed {
    const [app] = demoWorld().functionApps;
    const { apis: [api] = [], ...service } = demoService();
    if (app === undefined || api === undefined) throw new Error("the demonstration is empty");
    return {
      resourceGroups: this.teams,
      registrations: this.#members.map(registrationOf),
      userAssignedIdentities: [],
      functionApps: this.#members.map(({ team, name }) => ({ ...app, resourceGroup: team, name })),
      services: this.teams.map((team) => ({
        ...service,
        resourceGroup: team,
        name: team,
        apis: this.#of(team).map(({ name }) => ({ ...api, name, path: name, functionApp: name })),
      })),
    };
  }

  /** One for each team: its own resource group, and its own audiences. */
  grants(): readonly Grant[] {
    return this.teams.map((team) => ({
      name: team,
      namespaces: { names: [team] },
      scopes: [`/subscriptions/${DEMO.subscriptionId}/resourceGroups/${team}`],
      audiences: {
        clientIds: this.#of(team).map(({ clientId }) => clientId),
        managedRegistrations: "Deny",
      },
      identities: { systemAssigned: "Allow", userAssigned: [] },
    }));
  }

  /** The objects, as people write them. */
  objects(): readonly {
    readonly metadata: { readonly namespace: string; readonly name: string };
  }[] {
    return this.#members.map(({ team, name, clientId }) => {
      const place = { subscriptionId: DEMO.subscriptionId, resourceGroup: team };
      return {
        apiVersion: "securedbackend.dev/v1alpha1",
        kind: "SecuredFunctionBackend",
        metadata: { namespace: team, name },
        spec: {
          functionApp: { ...place, name },
          apis: [{ ...place, serviceName: team, name }],
          registration: { clientId },
          verification: { gateway: [{ api: name, path: "/health" }] },
        },
      };
    });
  }

  #of(team: string): readonly Member[] {
    return this.#members.filter((member) => member.team === team);
  }
}

function registrationOf({ name, clientId }: Member): RegistrationSeed {
  return {
    clientId,
    displayName: name,
    tokenVersion: 2,
    servicePrincipal: clientId.replace("4333-8333", "4444-8444"),
  };
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
