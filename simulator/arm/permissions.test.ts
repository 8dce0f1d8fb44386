import { describe, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { API_ID, SERVICE_ID, SITE_ID } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";

const permissionsOf = (id: string) =>
  `${id}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;

describe("what a caller may do", () => {
  test.each([SITE_ID, SERVICE_ID, API_ID])("is told at %s", async (id) => {
    await using azure = await startTestSimulator();
    await azure.control.changeWorld({ deniedActions: ["Microsoft.Web/sites/config/Write"] });
    const arm = await createArmClient(azure);

    const answer = await arm("GET", permissionsOf(id));

    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      value: [
        {
          actions: ["*"],
          notActions: ["Microsoft.Web/sites/config/Write"],
          dataActions: [],
          notDataActions: [],
        },
      ],
    });
  });

  test("is not told of what is not there, nor without the right to ask", async () => {
    await using azure = await startTestSimulator();
    const arm = await createArmClient(azure);
    expect((await arm("GET", permissionsOf(`${SITE_ID}-gone`))).status).toBe(404);
    await azure.control.changeWorld({ deniedActions: ["Microsoft.Authorization/*"] });
    expect((await arm("GET", permissionsOf(SITE_ID))).status).toBe(403);
  });
});
