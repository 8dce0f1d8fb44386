import { describe, expect, test } from "vitest";
import { apimUrl, SERVICE_ID } from "../../test/support/demo-ids.ts";
import { echo, gatewayUrl, inbound, withApi } from "../../test/support/gateway-calls.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";
import { DEMO, demoWorld } from "../world/demo-world.ts";

const SYSTEM = {
  principalId: "88888888-8888-4888-8888-000000000001",
  clientId: "88888888-8888-4888-8888-888888888888",
};

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
      name: "a backend entity that nobody knows",
      policy: `<set-backend-service backend-id="unknown" />`,
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

test("a backend entity gives its address and adds its headers and query parameters", async () => {
  const backends = [
    {
      name: "fn",
      functionApp: DEMO.functionApp,
      header: { "X-Functions-Key": ["from-header"] },
      query: { code: ["from-query"] },
    },
  ];
  const policy = inbound(`<set-backend-service backend-id="FN" />`);
  await using azure = await startTestSimulator(
    withApi({ policy, functionApp: "", serviceUrl: "https://localhost:1" }, { backends }),
  );

  const { headers, query } = await echo(await fetch(gatewayUrl(azure)));

  expect(headers["x-functions-key"]).toBe("from-header");
  expect(query).toEqual({ code: "from-query" });
});
