import { describe, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";
import type { FunctionAppSeed } from "../world/seed.ts";
import { DEMO } from "../world/demo-world.ts";

const EVENT_GRID = { type: "eventGridTrigger", name: "event", direction: "in" };

function appOf(seed: Partial<FunctionAppSeed>) {
  const app = { resourceGroup: DEMO.resourceGroup, name: DEMO.functionApp, ...seed };
  return { world: { functionApps: [app] } };
}

describe("the functions of an app", () => {
  test("are listed with their bindings, and no key is among them", async () => {
    const seed = appOf({
      functions: ["orders/{id}"],
      functionKey: "k-secret",
      otherFunctions: [{ name: "on-event", bindings: [EVENT_GRID] }],
      slots: [{ name: "staging", functions: ["next"] }],
    });
    await using azure = await startTestSimulator(seed);
    const arm = await createArmClient(azure);

    const list = await arm("GET", webUrl(`${SITE_ID}/functions`));
    const ofSlot = await arm("GET", webUrl(`${SITE_ID}/slots/staging/functions`));

    expect(list.json).toMatchObject({
      value: [
        {
          id: `${SITE_ID}/functions/orders-id`,
          name: "orders-func/orders-id",
          type: "Microsoft.Web/sites/functions",
          properties: {
            config: { bindings: [{ type: "httpTrigger", authLevel: "function" }, {}] },
          },
        },
        { name: "orders-func/on-event", properties: { config: { bindings: [EVENT_GRID] } } },
      ],
    });
    expect(list.text).not.toContain("k-secret");
    expect(ofSlot.json).toMatchObject({
      value: [
        {
          id: `${SITE_ID}/slots/staging/functions/next`,
          properties: { config: { bindings: [{ authLevel: "anonymous" }, {}] } },
        },
      ],
    });
  });

  test("need a right of their own to be read", async () => {
    await using azure = await startTestSimulator();
    await azure.control.changeWorld({ deniedActions: ["Microsoft.Web/sites/functions/read"] });
    const arm = await createArmClient(azure);
    expect((await arm("GET", webUrl(`${SITE_ID}/functions`))).status).toBe(403);
  });
});
