import { describe, expect, test } from "vitest";
import {
  anAuthentication,
  aSpec,
  aToken,
  facts,
  GATEWAY,
  gatewayFacts,
  SERVICE,
} from "../../test/support/builders.ts";
import { FakeAzure } from "../../test/support/fake-azure.ts";
import type { SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import type { AccessToken, Answer } from "../azure/door.ts";
import { SubscriptionKey } from "../azure/subscription-key.ts";
import type { Facts, RegistrationFacts } from "../safeguards/safeguard.ts";
import { callDirectly, callThroughGateways, type FindKey } from "./probes.ts";

const HOST = "https://orders-func.azurewebsites.net";

function registration(token: AccessToken | undefined): RegistrationFacts {
  return { ...facts().registration, token };
}

async function directCalls(
  spec: Partial<SecuredFunctionBackendSpec> = {},
  known: Partial<Facts> = {},
): Promise<readonly string[]> {
  const calls = await callDirectly(new FakeAzure().door, aSpec(spec), facts(known), "random");
  return calls.map(({ caller, url }) => `${caller} ${url}`);
}

describe("callDirectly", () => {
  const anonymous = [
    `anonymous ${HOST}/`,
    `anonymous ${HOST}/api/random`,
    `anonymous ${HOST}/admin/host/ping`,
  ];
  const intruder = `intruder ${HOST}/`;

  test("where the bare host would not answer 401 by itself", async () => {
    expect(await directCalls()).toEqual(anonymous);
  });

  test("a stranger with a valid token is tried too", async () => {
    expect(await directCalls({}, { registration: registration(aToken()) })).toEqual([
      ...anonymous,
      intruder,
    ]);
  });

  test.each<{ name: string; spec?: Partial<SecuredFunctionBackendSpec>; known: Partial<Facts> }>([
    {
      name: "who is allowed as a gateway is no stranger",
      known: {
        registration: registration(aToken({ objectId: GATEWAY.principalId.toUpperCase() })),
      },
    },
    {
      name: "who is allowed by the spec is no stranger",
      spec: {
        authentication: anAuthentication({
          allowedCallers: [
            { objectId: aToken().claims.objectId ?? "", clientId: GATEWAY.clientId },
          ],
        }),
      },
      known: { registration: registration(aToken()) },
    },
    {
      name: "a function that lets everybody in is shown no token",
      known: { registration: registration(aToken()), site: { ...facts().site, enforced: false } },
    },
  ])("$name", async ({ spec, known }) => {
    expect(await directCalls(spec, known)).toEqual(anonymous);
  });

  test.each([
    { excluded: ["/api/*"], left: ["/", "/admin/host/ping"], reason: "below an open path" },
    { excluded: ["/ADMIN/*"], left: ["/", "/api/random"], reason: "letter case does not count" },
    { excluded: ["/"], left: ["/api/random", "/admin/host/ping"], reason: "exactly an open path" },
    {
      excluded: ["/api/health", "/api"],
      left: ["/", "/api/random", "/admin/host/ping"],
      reason: "beside open paths",
    },
    { excluded: ["/*"], left: [], reason: "nothing is closed" },
  ])("paths that the spec leaves open prove nothing: $reason", async ({ excluded, left }) => {
    const authentication = anAuthentication({ excludedPaths: excluded });
    const calls = await directCalls({ authentication }, { registration: registration(aToken()) });
    expect(calls).toEqual([
      ...left.map((path) => `anonymous ${HOST}${path}`),
      ...left.slice(0, 1).map((path) => `intruder ${HOST}${path}`),
    ]);
  });

  test("not at all when the spec forbids it", async () => {
    const verification = { direct: "Disabled", gateway: [] } as const;
    expect(await directCalls({ verification: { ...verification, gateway: [] } })).toEqual([]);
  });

  test("not at all where no host is known", async () => {
    expect(await directCalls({}, { site: { ...facts().site, hostName: "" } })).toEqual([]);
  });
});

describe("callThroughGateways", () => {
  const noKey: FindKey = () => Promise.reject(new Error("no check names a key"));

  function check(path: string, api = "orders"): SecuredFunctionBackendSpec {
    return aSpec({
      verification: { direct: "Enabled", gateway: [{ api, path, expectedStatus: 204 }] },
    });
  }

  async function urls(
    spec: SecuredFunctionBackendSpec,
    known: Partial<Facts> = {},
  ): Promise<readonly string[]> {
    const calls = await callThroughGateways(new FakeAzure().door, spec, facts(known), noKey);
    return calls.map(({ url, expectedStatus }) => `${expectedStatus} ${url}`);
  }

  test.each([
    {
      base: "https://apim",
      apiPath: "orders",
      path: "/health?full=1",
      url: "https://apim/orders/health?full=1",
    },
    {
      base: "https://apim/",
      apiPath: "/orders/",
      path: "/health",
      url: "https://apim/orders/health",
    },
    { base: "https://apim", apiPath: "", path: "/health", url: "https://apim/health" },
    { base: "https://apim", apiPath: "a/b", path: "/", url: "https://apim/a/b/" },
  ])("$url", async ({ base, apiPath, path, url }) => {
    const known = {
      gateways: [gatewayFacts({ url: base })],
      apis: [
        {
          running: [],
          id: "x",
          name: "orders",
          serviceId: SERVICE.toUpperCase(),
          path: apiPath,
          keyHeader: "key",
        },
      ],
    };
    expect(await urls(check(path), known)).toEqual([`204 ${url}`]);
  });

  test("an API that several services have is called through each", async () => {
    const known = {
      gateways: [
        gatewayFacts({ serviceId: "/one", url: "https://one" }),
        gatewayFacts({ serviceId: "/two", url: "https://two" }),
      ],
      apis: ["/one", "/two"].map((serviceId) => ({
        id: `${serviceId}/orders`,
        serviceId,
        name: "orders",
        path: "o",
        running: [],
        keyHeader: "key",
      })),
    };
    expect(await urls(check("/h"), known)).toEqual(["204 https://one/o/h", "204 https://two/o/h"]);
  });

  describe("with a subscription key", () => {
    const spec = aSpec({
      verification: {
        direct: "Enabled",
        gateway: [
          {
            api: "orders",
            path: "/health",
            expectedStatus: 200,
            subscriptionKeySecretRef: { name: "orders-check", key: "primary" },
          },
        ],
      },
    });

    test("hands it on under the API's own name for it, for the service's own hosts", async () => {
      const key = new SubscriptionKey("abc");
      const sent: unknown[] = [];
      const door = {
        ...new FakeAzure().door,
        traffic: {
          call: async (...call: unknown[]): Promise<Answer> => {
            sent.push(call);
            return { kind: "answered", status: 200, headers: {} };
          },
        },
      };
      const [call] = await callThroughGateways(door, spec, facts(), async (reference) => {
        expect(reference).toEqual({ name: "orders-check", key: "primary" });
        return { kind: "found", key };
      });

      const url = "https://contoso-apim.azure-api.net/orders/health";
      const header = "Ocp-Apim-Subscription-Key";
      const hosts = ["contoso-apim.azure-api.net"];
      expect(sent).toEqual([[url, undefined, { key, header, hosts }]]);
      expect(call).toMatchObject({ url, withKey: true, answer: { status: 200 } });
    });

    test("makes no call without it", async () => {
      const azure = new FakeAzure();
      const calls = await callThroughGateways(azure.door, spec, facts(), async () => ({
        kind: "missing",
        message: "It is not there.",
      }));
      expect(calls).toMatchObject([{ answer: { kind: "withheld", cause: "It is not there." } }]);
      expect(azure.calls).toEqual([]);
    });
  });

  test("only the API that the check names", async () => {
    expect(await urls(check("/h", "stock"))).toEqual([]);
  });
});
