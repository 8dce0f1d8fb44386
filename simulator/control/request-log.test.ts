import { expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";

test("every request is listed in order, with who made it", async () => {
  await using azure = await startTestSimulator();
  const arm = await createArmClient(azure);
  await arm("GET", webUrl(SITE_ID));
  await azure.control.portal({ method: "PATCH", path: SITE_ID, body: { properties: {} } });
  await fetch(`${azure.addresses.functionApps["orders-func"]}/api/orders`);

  const requests = await azure.control.requests();

  expect(requests.map((one) => one.sequence)).toEqual(requests.map((_one, index) => index + 1));
  expect(requests.filter((one) => one.listener !== "entra")).toMatchObject([
    { listener: "arm", method: "GET", status: 200, principal: { name: "operator" } },
    { listener: "arm", method: "PATCH", status: 200, principal: { name: "portal" } },
    { listener: "orders-func", method: "GET", url: "/api/orders", status: 200 },
  ]);
  const writes = await azure.control.requests({ listener: "arm", writes: true, url: /sites/u });
  expect(writes).toHaveLength(1);
});

test("requests that ran at the same time know of each other", async () => {
  await using azure = await startTestSimulator();
  await azure.control.fault({ match: {}, times: 2, fault: { delayInMs: 50 } });
  const url = `${azure.addresses.functionApps["orders-func"]}/`;
  await Promise.all([fetch(url), fetch(url)]);
  await fetch(url);

  const requests = await azure.control.requests();

  expect(requests.map((one) => one.overlaps)).toEqual([[], [1], []]);
});

test("the log can be emptied", async () => {
  await using azure = await startTestSimulator();
  await fetch(`${azure.addresses.functionApps["orders-func"]}/`);

  await azure.control.clearRequests();

  expect(await azure.control.requests()).toEqual([]);
});
