import { DEMO, demoService } from "../../simulator/world/demo-world.ts";
import type { ApiSeed, ServiceSeed } from "../../simulator/world/seed.ts";
import type { TestSimulator } from "./simulator.ts";

/** What the function says reached it. */
export interface Echo {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** A policy document whose inbound section runs its parent, then the statements. */
export function inbound(statements: string): string {
  return `<policies><inbound><base />${statements}</inbound><backend><base /></backend><outbound><base /></outbound></policies>`;
}

/** The demonstration's service with its API changed: a world to start a simulator with. */
export function withApi(api: Partial<ApiSeed>, service: Partial<ServiceSeed> = {}) {
  const [orders] = demoService().apis ?? [];
  if (!orders) throw new Error("The demonstration has an API.");
  return {
    world: { services: [{ ...demoService(), ...service, apis: [{ ...orders, ...api }] }] },
  };
}

/** The address of a path at the demonstration's gateway. */
export function gatewayUrl(azure: TestSimulator, path = "/orders/orders"): string {
  return `${azure.addresses.gateways[DEMO.service]}${path}`;
}

/** The function's echo. @throws {Error} when the call did not reach it. */
export async function echo(answer: Response): Promise<Echo> {
  if (answer.status !== 200) throw new Error(`Answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Echo;
}
