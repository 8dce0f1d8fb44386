import { describe, expect, test } from "vitest";
import { TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";

const PATCH_OF_SERVICE = { listener: "arm", method: "PATCH", path: "/service/contoso-apim\\?" };

describe.each([
  { asyncOperationHeader: false, polled: "by its result" },
  { asyncOperationHeader: true, polled: "by its status" },
])("an operation that is polled $polled", ({ asyncOperationHeader }) => {
  test("and fails is reported with the service's words, and done again when asked for", async () => {
    await using azure = await startTestSimulator({ settings: { asyncOperationHeader } });
    await azure.control.fault({
      match: PATCH_OF_SERVICE,
      fault: { operation: { kind: "fails", code: "ActivationFailed", message: "No capacity." } },
    });
    const operator = new TestOperator(azure);

    await operator.settle();

    expect(operator.condition("Stalled")).toMatch(/^True OperationFailed: .*No capacity\./);
    expect((await new Shop(azure).calls()).direct).toBe(200);

    await operator.settle({ requestedAt: "now" });

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("and never ends is given up after three hours", async () => {
    await using azure = await startTestSimulator({ settings: { asyncOperationHeader } });
    await azure.control.fault({
      match: PATCH_OF_SERVICE,
      fault: { operation: { kind: "never-ends" } },
    });
    const operator = new TestOperator(azure);
    await operator.pass();
    await operator.pass();
    expect(operator.condition("Reconciling")).toMatch(/^True GatewayBusy/);

    operator.clockSkewInMs = 3 * 60 * 60 * 1000 + 1000;
    await operator.pass();

    expect(operator.condition("Stalled")).toMatch(/^True OperationFailed: .*3 hours/);
  });
});
