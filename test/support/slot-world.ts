import { DEMO, demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import type { FunctionAppSeed, SlotSeed, WorldSeed } from "../../simulator/world/seed.ts";

/**
 * The demonstration's world in which the app has a slot `staging`, and the API leads to it. A world
 * to start a simulator with.
 */
export function withSlot(slot: Partial<SlotSeed> = {}): { readonly world: WorldSeed } {
  const functions = ["orders", "health"];
  const app: FunctionAppSeed = {
    resourceGroup: DEMO.resourceGroup,
    name: DEMO.functionApp,
    functions,
    slots: [{ name: "staging", functions, ...slot }],
  };
  const apis = (demoService().apis ?? []).map((api) => ({
    ...api,
    functionApp: `${DEMO.functionApp}/staging`,
  }));
  return {
    world: { ...demoWorld(), functionApps: [app], services: [{ ...demoService(), apis }] },
  };
}
