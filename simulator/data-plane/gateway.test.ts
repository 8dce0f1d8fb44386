import { describe, expect, test } from "vitest";
import { API_ID, apimUrl, SERVICE_ID } from "../../test/support/demo-ids.ts";
import { startTestSimulator, type TestSimulator } from "../../test/support/simulator.ts";
import { DEMO, demoService, demoWorld } from "../world/demo-world.ts";
import type { ApiSeed, ServiceSeed } from "../world/seed.ts";

const SYSTEM = {
  principalId: "88888888-8888-4888-8888-000000000001",
  clientId: "88888888-8888-4888-8888-888888888888",
};
const KEY = "5f0f5e6a1c0d4c3f9d2a0000000000a1";

interface Echo {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

function inbound(statements: string): string {
  return `<policies><inbound><base />${statements}</inbound><backend><base /></backend><outbound><base /></outbound></policies>`;
}

function withApi(api: Partial<ApiSeed>, service: Partial<ServiceSeed> = {}) {
  const [orders] = demoService().apis ?? [];
  if (!orders) throw new Error("The demonstration has an API.");
  return {
    world: { services: [{ ...demoService(), ...service, apis: [{ ...orders, ...api }] }] },
  };
}

function gatewayUrl(azure: TestSimulator, path = "/orders/orders"): string {
  return `${azure.addresses.gateways[DEMO.service]}${path}`;
}

async function echo(answer: Response): Promise<Echo> {
  expect(answer.status).toBe(200);
  return (await answer.json()) as Echo;
}

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

describe("authentication-managed-identity", () => {
  const system = { identity: { system: SYSTEM } };
  const statement = `<authentication-managed-identity resource="${DEMO.functionClientId}" />`;

  test("sets the token of the system-assigned identity, replacing the caller's own", async () => {
    await using azure = await startTestSimulator(withApi({ policy: inbound(statement) }, system));

    const { headers } = await echo(
      await fetch(gatewayUrl(azure), { headers: { authorization: "Bearer mine" } }),
    );

    expect(headers["authorization"]).toBe(
      `bearer appid=${SYSTEM.clientId} oid=${SYSTEM.principalId}`,
    );
  });

  test("takes the user-assigned identity that client-id names", async () => {
    const [identity] = demoWorld().userAssignedIdentities;
    const policy = inbound(statement.replace(" />", ` client-id="${identity?.clientId}" />`));
    await using azure = await startTestSimulator(
      withApi({ policy }, { identity: { userAssigned: ["orders-gateway"] } }),
    );

    const { headers } = await echo(await fetch(gatewayUrl(azure)));

    expect(headers["authorization"]).toContain(`oid=${identity?.principalId}`);
  });

  test("with an output variable leaves the header alone", async () => {
    const policy = inbound(
      `${statement.replace(" />", ` output-token-variable-name="t" />`)}
       <set-header name="X-Has-Token"><value>@(context.Variables.ContainsKey("t"))</value></set-header>`,
    );
    await using azure = await startTestSimulator(withApi({ policy }, system));

    const { headers } = await echo(await fetch(gatewayUrl(azure)));

    expect(headers).not.toHaveProperty("authorization");
    expect(headers["x-has-token"]).toBe("True");
  });

  test.each([
    { name: "the service has no identity", service: {}, resource: DEMO.functionClientId },
    { name: "nobody knows the resource", service: system, resource: SYSTEM.principalId },
  ])("500 when $name; with ignore-error the call goes on", async ({ service, resource }) => {
    const failing = `<authentication-managed-identity resource="${resource}" />`;
    await using strict = await startTestSimulator(withApi({ policy: inbound(failing) }, service));
    await using lenient = await startTestSimulator(
      withApi({ policy: inbound(failing.replace(" />", ` ignore-error="true" />`)) }, service),
    );

    const refused = await fetch(gatewayUrl(strict));

    expect(refused.status).toBe(500);
    expect(await refused.json()).toMatchObject({ message: "Internal server error" });
    expect((await fetch(gatewayUrl(lenient))).status).toBe(200);
    const [record] = await strict.control.requests({ listener: DEMO.service });
    expect(record?.notes.join()).toContain("authentication-managed-identity");
  });

  test("a token is kept until it expires, whatever becomes of the registration", async () => {
    await using azure = await startTestSimulator(withApi({ policy: inbound(statement) }, system));
    await fetch(gatewayUrl(azure));
    await azure.control.changeWorld({
      registrations: [
        { clientId: DEMO.functionClientId, displayName: "orders-func", servicePrincipal: null },
      ],
    });

    expect((await fetch(gatewayUrl(azure))).status).toBe(200);
    await azure.control.advanceClock(3600 * 1000);
    expect((await fetch(gatewayUrl(azure))).status).toBe(500);
  });

  test("a re-created identity gets tokens of its own", async () => {
    await using azure = await startTestSimulator(withApi({ policy: inbound(statement) }, system));
    await fetch(gatewayUrl(azure));

    await azure.control.recreateIdentity(DEMO.service);

    const { headers } = await echo(await fetch(gatewayUrl(azure)));
    expect(headers["authorization"]).not.toContain(SYSTEM.principalId);
    const service = await azure.control.portal({ method: "GET", path: apimUrl(SERVICE_ID) });
    expect(service.body).toMatchObject({ identity: { type: "SystemAssigned" } });
  });
});

describe("statements of others", () => {
  test("one that is not simulated is passed over with a note", async () => {
    const policy = inbound(`<cache-lookup vary-by-developer="false" />`);
    await using azure = await startTestSimulator(withApi({ policy }));

    expect((await fetch(gatewayUrl(azure))).status).toBe(200);

    const [record] = await azure.control.requests({ listener: DEMO.service });
    expect(record?.notes).toEqual(["statement not simulated: cache-lookup"]);
  });

  test.each([
    {
      name: "choose takes the branch whose condition holds",
      policy: `<choose><when condition="@(context.Request.Method == "POST")"><set-header name="X-A"><value>1</value></set-header></when><otherwise><set-header name="X-A"><value>2</value></set-header></otherwise></choose>`,
      status: 200,
      header: "2",
    },
    {
      name: "return-response ends the call",
      policy: `<return-response><set-status code="418" /><set-header name="X-A"><value>t</value></set-header></return-response>`,
      status: 418,
    },
    {
      name: "check-header",
      policy: `<check-header name="X-B" failed-check-httpcode="400" />`,
      status: 400,
    },
    {
      name: "validate-jwt wants a token to be there",
      policy: `<validate-jwt header-name="Authorization" />`,
      status: 401,
    },
    {
      name: "ip-filter",
      policy: `<ip-filter action="allow"><address>10.0.0.1</address></ip-filter>`,
      status: 403,
    },
    { name: "rewrite-uri", policy: `<rewrite-uri template="/health" />`, status: 200 },
    {
      name: "include-fragment",
      policy: `<include-fragment fragment-id="mark" />`,
      status: 200,
      header: "fragment",
    },
    {
      name: "a backend that does not answer",
      policy: `<set-backend-service base-url="https://localhost:1" />`,
      status: 500,
    },
    {
      name: "an expression that is not simulated stays as it is",
      policy: `<set-header name="X-A"><value>@(Guid.NewGuid().ToString())</value></set-header>`,
      status: 200,
      header: "@(Guid.NewGuid().ToString())",
    },
  ])("$name: $status", async ({ policy, status, header }) => {
    const fragments = {
      mark: `<fragment><set-header name="X-A"><value>fragment</value></set-header></fragment>`,
    };
    await using azure = await startTestSimulator(
      withApi({ policy: inbound(policy) }, { fragments }),
    );

    const answer = await fetch(gatewayUrl(azure));

    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(header === undefined ? "" : `"x-a":"${header}"`);
  });
});
