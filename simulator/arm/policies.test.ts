import { describe, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { API_ID, apimUrl, SERVICE_ID } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";
import { demoService } from "../world/demo-world.ts";
import type { SimulatorOptions } from "../simulator.ts";

const POLICY = apimUrl(`${API_ID}/policies/policy`, "&format=rawxml");
const DOCUMENT =
  "<policies>\n  <inbound>\n    <base />\n  </inbound>\n  <backend><base /></backend>\n  <outbound />\n</policies>\n";
const STORED =
  "<policies>\r\n\t<inbound>\r\n\t\t<base />\r\n\t</inbound>\r\n\t<backend>\r\n\t\t<base />\r\n\t</backend>\r\n\t<outbound />\r\n</policies>";

const WITHOUT_POLICY: SimulatorOptions = {
  world: {
    services: [
      {
        ...demoService(),
        apis: [{ name: "orders", path: "orders", functionApp: "orders-func", operations: [] }],
      },
    ],
  },
};

async function start(options: Omit<SimulatorOptions, "certificate"> = {}) {
  const azure = await startTestSimulator(options);
  return { azure, arm: await createArmClient(azure), [Symbol.asyncDispose]: () => azure.close() };
}

function body(value: string, format = "rawxml") {
  return { properties: { format, value } };
}

describe("reading a policy", () => {
  test("is pretty JSON with CRLF, xml unless rawxml is asked for, with an ETag", async () => {
    await using world = await start();

    const raw = await world.arm("GET", POLICY);
    const escaped = await world.arm("GET", apimUrl(`${API_ID}/policies/policy`));

    expect(raw.text).toMatch(/^\{\r\n {2}"id"/u);
    expect(raw.header("etag")).toMatch(/^".+"$/u);
    expect(raw.string("properties", "format")).toBe("rawxml");
    expect(raw.string("properties", "value")).toContain(`GetValueOrDefault("X-Customer", "none")`);
    expect(escaped.string("properties", "format")).toBe("xml");
    expect(escaped.string("properties", "value")).toContain("&quot;X-Customer&quot;");
  });

  test("HEAD answers the ETag alone", async () => {
    await using world = await start();

    const head = await world.arm("HEAD", apimUrl(`${API_ID}/policies/policy`));

    expect([head.status, head.text]).toEqual([200, ""]);
    expect(head.header("etag")).toBe((await world.arm("GET", POLICY)).header("etag"));
  });

  test.each([
    ["application/vnd.ms-azure-apim.policy+xml", "&quot;X-Customer&quot;"],
    ["application/vnd.ms-azure-apim.policy.raw+xml", `"X-Customer"`],
  ])("as %s it is the document itself", async (accept, expected) => {
    await using world = await start();

    const answer = await world.arm("GET", POLICY, undefined, { accept });

    expect(answer.header("content-type")).toBe(accept);
    expect(answer.text).toContain(expected);
  });

  test("what is not there has the service's own 404", async () => {
    await using world = await start(WITHOUT_POLICY);

    const missing = await world.arm("GET", POLICY);

    expect(missing.status).toBe(404);
    expect(missing.json).toEqual({
      error: {
        code: "ResourceNotFound",
        message: "PoliciesConfiguration not found.",
        details: null,
      },
    });
  });
});

describe("writing a policy", () => {
  test("201 for a new one, 200 with the same ETag for equal content, a new ETag for another", async () => {
    await using world = await start(WITHOUT_POLICY);

    const created = await world.arm("PUT", POLICY, body(DOCUMENT), { "if-match": "*" });
    const equal = await world.arm("PUT", POLICY, body(STORED));
    const changed = await world.arm("PUT", POLICY, body(DOCUMENT.replace("<outbound />", "")));

    expect([created.status, equal.status, changed.status]).toEqual([201, 200, 200]);
    expect(created.string("properties", "value")).toBe(STORED);
    expect(equal.header("etag")).toBe(created.header("etag"));
    expect(changed.header("etag")).not.toBe(created.header("etag"));
  });

  test("412 when the ETag has moved on", async () => {
    await using world = await start();
    const read = await world.arm("GET", POLICY);
    await world.azure.control.portal({ method: "PUT", path: POLICY, body: body(DOCUMENT) });

    const stale = await world.arm("PUT", POLICY, body(STORED), { "if-match": read.header("etag") });

    expect([stale.status, stale.string("error", "code")]).toEqual([412, "PreconditionFailed"]);
  });

  test.each([
    { name: "no XML", value: "hello", message: "Data at the root level is invalid" },
    {
      name: "an unclosed element",
      value: "<policies><inbound></policies>",
      message: "inbound",
    },
    {
      name: "raw expressions sent as xml",
      format: "xml",
      value: `<policies><inbound><set-variable name="a" value="@("b")" /></inbound></policies>`,
      message: "",
    },
    {
      name: "a second inbound",
      value: "<policies><inbound /><inbound /></policies>",
      message: "more than once",
    },
    {
      name: "an unknown section",
      value: "<policies><inbounds /></policies>",
      message: "Policy section is not allowed in the specified scope",
    },
    {
      name: "a statement nobody knows",
      value: "<policies>\n<inbound>\n  <set-headers /></inbound></policies>",
      message: "Error in element 'set-headers' on line 3, column 3",
    },
    {
      name: "a missing attribute",
      value: "<policies><inbound><authentication-managed-identity /></inbound></policies>",
      message: "Required attribute 'resource' is missing",
    },
  ])("400 ValidationError for $name", async ({ value, message, format = "rawxml" }) => {
    await using world = await start();
    const before = await world.arm("GET", POLICY);

    const refused = await world.arm("PUT", POLICY, body(value, format));

    expect([refused.status, refused.string("error", "code")]).toEqual([400, "ValidationError"]);
    const { error } = refused.json as { error: { details: { message: string }[] } };
    expect(error.details.map((detail) => detail.message).join("\n")).toContain(message);
    expect((await world.arm("GET", POLICY)).text).toBe(before.text);
  });

  test("base is not allowed at global scope", async () => {
    await using world = await start();

    const refused = await world.arm(
      "PUT",
      apimUrl(`${SERVICE_ID}/policies/policy`),
      body(DOCUMENT),
    );

    expect(refused.text).toContain("Policy is not allowed in the specified scope");
  });

  test("409 while the lock of the write before outlives its success", async () => {
    await using world = await start({ settings: { lockOutlivesSuccessInMs: 5000 } });
    await world.arm("PUT", POLICY, body(DOCUMENT));

    const early = await world.arm("PUT", POLICY, body(STORED));
    await world.azure.control.advanceClock(5000);
    const late = await world.arm("PUT", POLICY, body(STORED));

    expect(early.status).toBe(409);
    expect(early.string("error", "code")).toBe("PessimisticConcurrencyConflict");
    expect(late.status).toBe(200);
  });

  test("two writes at once: the second is refused", async () => {
    await using world = await start({ settings: { policyWriteDurationInMs: 100 } });

    const answers = await Promise.all([
      world.arm("PUT", POLICY, body(DOCUMENT)),
      world.arm("PUT", POLICY, body(STORED)),
    ]);

    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  test("a write that failed leaves no lock behind", async () => {
    await using world = await start({ settings: { lockOutlivesSuccessInMs: 5000 } });

    const stale = await world.arm("PUT", POLICY, body(DOCUMENT), { "if-match": '"old"' });

    expect(stale.status).toBe(412);
    expect((await world.arm("PUT", POLICY, body(DOCUMENT))).status).toBe(200);
  });

  test("409 while the service is being updated", async () => {
    await using world = await start();
    await world.arm("PATCH", apimUrl(SERVICE_ID), { identity: { type: "SystemAssigned" } });

    expect((await world.arm("PUT", POLICY, body(DOCUMENT))).status).toBe(409);
  });

  test("a GET shows the old document until the write has spread", async () => {
    await using world = await start({ settings: { staleReadsInMs: 3000 } });
    const before = await world.arm("GET", POLICY);
    await world.arm("PUT", POLICY, body(DOCUMENT));

    expect((await world.arm("GET", POLICY)).text).toBe(before.text);
    await world.azure.control.advanceClock(3000);
    expect((await world.arm("GET", POLICY)).string("properties", "value")).toBe(STORED);
  });

  test("DELETE 200, then 204; the policy is gone", async () => {
    await using world = await start();

    expect((await world.arm("DELETE", POLICY)).status).toBe(200);
    expect((await world.arm("DELETE", POLICY)).status).toBe(204);
    expect((await world.arm("GET", POLICY)).status).toBe(404);
  });
});

describe("policies at other places", () => {
  test("every revision has its own; a release makes another one current", async () => {
    const [api] = demoService().apis ?? [];
    if (!api) throw new Error("The demonstration has an API.");
    const revisions = [
      { revision: 2, policy: "<policies><inbound /></policies>", isOnline: false },
    ];
    await using world = await start({
      world: { services: [{ ...demoService(), apis: [{ ...api, revisions }] }] },
    });
    const second = apimUrl(`${API_ID};rev=2/policies/policy`, "&format=rawxml");
    const secondText = (await world.arm("GET", second)).string("properties", "value");
    expect(secondText).toBe("<policies>\r\n\t<inbound />\r\n</policies>");

    await world.azure.control.portal({
      method: "PUT",
      path: apimUrl(`${API_ID}/releases/r1`),
      body: { properties: { apiId: `${API_ID};rev=2` } },
    });

    expect((await world.arm("GET", POLICY)).string("properties", "value")).toBe(secondText);
    const list = await world.arm("GET", apimUrl(`${API_ID}/revisions`));
    expect(list.json).toMatchObject({
      value: [
        { apiRevision: "1", isCurrent: false, isOnline: true },
        { apiRevision: "2", isCurrent: true, isOnline: true },
      ],
    });
  });

  test("a fragment is read by its name", async () => {
    const fragments = { Mark: "<fragment><base /></fragment>" };
    await using world = await start({ world: { services: [{ ...demoService(), fragments }] } });

    const url = apimUrl(`${SERVICE_ID}/policyFragments/Mark`, "&format=rawxml");
    const fragment = await world.arm("GET", url);

    expect(fragment.json).toMatchObject({
      id: `${SERVICE_ID}/policyFragments/Mark`,
      name: "Mark",
      properties: { format: "rawxml", value: "<fragment>\r\n\t<base />\r\n</fragment>" },
    });
  });

  test("allPolicies lists them by id", async () => {
    await using world = await start();

    const all = await world.arm("GET", apimUrl(`${SERVICE_ID}/allPolicies`));

    const { value } = all.json as { value: { properties: { referencePolicyId: string } }[] };
    expect(value.map((one) => one.properties.referencePolicyId)).toEqual([
      `${SERVICE_ID}/policies/policy`,
      `${SERVICE_ID}/products/starter/policies/policy`,
      `${API_ID}/policies/policy`,
    ]);
  });

  test("lists come in pages", async () => {
    await using world = await start({ settings: { pageSize: 1 } });

    const first = await world.arm("GET", apimUrl(`${API_ID}/operations`));
    const second = await world.arm("GET", first.string("nextLink"));

    expect(first.json).toMatchObject({ count: 2, value: [{ name: "get-orders" }] });
    expect(second.json).toMatchObject({ count: 2, value: [{ name: "get-health" }] });
    expect(second.json).not.toHaveProperty("nextLink");
  });
});
