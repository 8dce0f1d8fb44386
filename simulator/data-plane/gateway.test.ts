import { describe, expect, test } from "vitest";
import { API_ID, apimUrl } from "../../test/support/demo-ids.ts";
import { echo, gatewayUrl, inbound, withApi } from "../../test/support/gateway-calls.ts";
import { startTestSimulator, type TestSimulator } from "../../test/support/simulator.ts";
import { DEMO, demoService } from "../world/demo-world.ts";

const KEY = demoService().subscriptions?.[0]?.key ?? "";

describe("the way through the gateway", () => {
  test("runs global, product, API and operation policies from the outside in", async () => {
    await using azure = await startTestSimulator({
      world: {
        services: [
          {
            ...demoService(),
            apis: [
              {
                name: "orders",
                path: "orders",
                functionApp: DEMO.functionApp,
                products: ["starter"],
                policy: inbound(append("api")),
                operations: [
                  {
                    name: "get",
                    method: "GET",
                    urlTemplate: "/orders/{id}",
                    policy: inbound(append("operation")),
                  },
                ],
              },
            ],
            products: [{ name: "starter", policy: inbound(append("product")) }],
          },
        ],
      },
    });

    const answer = await fetch(gatewayUrl(azure, "/orders/orders/7"), {
      headers: { "Ocp-Apim-Subscription-Key": KEY },
    });

    const { headers, path } = await echo(answer);
    expect(path).toBe("/api/orders/7");
    expect(headers["x-trail"]).toBe("product,api,operation");
    expect(headers["x-gateway"]).toBe("contoso-apim");
  });

  test("without base the policies outside are skipped", async () => {
    await using azure = await startTestSimulator(
      withApi({ policy: inbound("").replace("<base />", "") }),
    );

    const { headers } = await echo(await fetch(gatewayUrl(azure)));

    expect(headers).not.toHaveProperty("x-gateway");
  });

  test("a section that a policy does not have inherits", async () => {
    await using azure = await startTestSimulator(
      withApi({ policy: `<policies><outbound><base /></outbound></policies>` }),
    );

    const { headers } = await echo(await fetch(gatewayUrl(azure)));

    expect(headers["x-gateway"]).toBe("contoso-apim");
  });

  test("an open product's policy runs for callers without a key", async () => {
    const product = {
      name: "starter",
      subscriptionRequired: false,
      policy: inbound(append("open")),
    };
    await using azure = await startTestSimulator(withApi({}, { products: [product] }));

    const { headers } = await echo(await fetch(gatewayUrl(azure)));

    expect(headers["x-trail"]).toBe("open");
  });

  test("outbound policies change the answer", async () => {
    await using azure = await startTestSimulator();

    const answer = await fetch(gatewayUrl(azure), { headers: { "X-Customer": "vip" } });

    expect(answer.headers.get("x-served-by")).toBe("contoso");
    expect((await echo(answer)).headers).toMatchObject({ "x-team": "orders", "x-tier": "gold" });
  });

  test.each([
    ["/orders/nothing", "GET"],
    ["/orders/orders", "DELETE"],
    ["/elsewhere", "GET"],
  ])("%s %s: 404 in the gateway's form", async (path, method) => {
    await using azure = await startTestSimulator();

    const answer = await fetch(gatewayUrl(azure, path), { method });

    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ statusCode: 404, message: "Resource not found" });
  });

  test("revisions are called by ;rev=, when they are online", async () => {
    await using azure = await startTestSimulator(
      withApi({
        revisions: [
          { revision: 2, policy: inbound(append("two")) },
          { revision: 3, isOnline: false },
        ],
      }),
    );

    const second = await echo(await fetch(gatewayUrl(azure, "/orders;rev=2/orders")));

    expect(second.headers["x-trail"]).toBe("two");
    expect((await fetch(gatewayUrl(azure, "/orders;rev=3/orders"))).status).toBe(404);
  });

  test("a policy is served only after it has spread", async () => {
    await using azure = await startTestSimulator({ settings: { policyPropagationInMs: 10_000 } });
    await azure.control.portal({
      method: "PUT",
      path: apimUrl(`${API_ID}/policies/policy`),
      body: { properties: { format: "rawxml", value: inbound(append("new")) } },
    });
    expect((await echo(await fetch(gatewayUrl(azure)))).headers).not.toHaveProperty("x-trail");

    await azure.control.advanceClock(10_000);

    expect((await echo(await fetch(gatewayUrl(azure)))).headers["x-trail"]).toBe("new");
  });

  function append(value: string): string {
    return `<set-header name="X-Trail" exists-action="append"><value>${value}</value></set-header>`;
  }
});

describe("subscription keys", () => {
  test.each([
    { name: "none", headers: {}, query: "", message: "missing subscription key" },
    { name: "a wrong one", headers: { "X-Key": "no" }, query: "", message: "invalid subscription" },
    { name: "by header", headers: { "X-Key": KEY }, query: "", message: undefined },
    { name: "by query", headers: {}, query: `?key=${KEY}`, message: undefined },
  ])("$name", async ({ headers, query, message }) => {
    await using azure = await startTestSimulator(
      withApi({
        subscriptionRequired: true,
        subscriptionKeyParameterNames: { header: "X-Key", query: "key" },
      }),
    );

    const answer = await fetch(`${gatewayUrl(azure)}${query}`, { headers });

    expect(answer.status).toBe(message === undefined ? 200 : 401);
    if (message === undefined) return;
    expect(await answer.text()).toContain(message);
    expect(answer.headers.get("www-authenticate")).toContain(`name="X-Key",type="header"`);
  });

  test("reach the function unless a policy takes them away", async () => {
    const policy = inbound(
      `<set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" />
       <set-query-parameter name="subscription-key" exists-action="delete" />`,
    );
    const call = async (azure: TestSimulator) =>
      echo(
        await fetch(`${gatewayUrl(azure)}?subscription-key=${KEY}&page=2`, {
          headers: { "Ocp-Apim-Subscription-Key": KEY },
        }),
      );
    await using open = await startTestSimulator();
    await using guarded = await startTestSimulator(withApi({ policy }));

    const before = await call(open);
    const after = await call(guarded);

    expect(before.headers["ocp-apim-subscription-key"]).toBe(KEY);
    expect(before.query).toEqual({ "subscription-key": KEY, page: "2" });
    expect(after.headers).not.toHaveProperty("ocp-apim-subscription-key");
    expect(after.query).toEqual({ page: "2" });
    expect(JSON.stringify(await guarded.control.requests())).not.toContain(KEY);
  });
});
