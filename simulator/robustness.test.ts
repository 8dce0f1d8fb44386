import { request } from "node:https";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { API_ID, SERVICE_ID, SITE_ID } from "../test/support/demo-ids.ts";
import { startTestSimulator, type TestSimulator } from "../test/support/simulator.ts";
import { DEMO } from "./world/demo-world.ts";

let azure: TestSimulator;
let token: string;

beforeAll(async () => {
  // Its requests are noise, and the simulator hands back members that nobody else would have sent.
  azure = await startTestSimulator({
    settings: { operationDurationInMs: 0 },
    recordTrafficIn: false,
  });
  await azure.control.changeSettings({
    reads: { size: 1e6, refillPerSecond: 1 },
    writes: { size: 1e6, refillPerSecond: 1 },
    deletes: { size: 1e6, refillPerSecond: 1 },
  });
  token = await azure.control.token(DEMO.operatorClientId, azure.addresses.arm);
});

afterAll(() => azure.close());

const path = fc.oneof(
  fc.webPath(),
  fc.constantFrom("/v1.0/applications(uniqueName='a')", "/v1.0/servicePrincipals", "/v1.0/a(b='%"),
  fc.constantFrom("//", "/%", "/%zz", "*", "/orders;rev=/x", "/orders;rev=9999/orders", "/?a=%E0"),
  fc
    .tuple(
      fc.constantFrom(
        SERVICE_ID,
        API_ID,
        `${API_ID}/policies/policy`,
        `${SITE_ID}/config/authsettingsV2`,
        `${SITE_ID}/config/web`,
        `${SITE_ID}/config/appsettings`,
        `${API_ID}/releases/r`,
        `${SERVICE_ID}/policyFragments/f`,
        `${SERVICE_ID}/namedValues/n`,
        `/${DEMO.tenantId}/oauth2/v2.0/token`,
      ),
      fc.constantFrom("2024-05-01", "2025-05-01"),
    )
    .map(([id, version]) => `${id}?api-version=${version}`),
);

const json = fc.oneof(
  fc.json(),
  fc.string(),
  fc
    .dictionary(
      fc.constantFrom(
        "platform",
        "value",
        "format",
        "ipSecurityRestrictions",
        "apiId",
        "path",
        "subscriptionKeyParameterNames",
        "serviceUrl",
      ),
      fc.jsonValue(),
    )
    .map((properties) => JSON.stringify({ properties })),
  fc.jsonValue().map((identity) => JSON.stringify({ identity })),
);

test("no request makes it fail: every one gets an answer, and none is its own fault", async () => {
  const { arm, entra, graph, gateways, functionApps } = azure.addresses;
  const listeners = [arm, entra, graph, ...Object.values(gateways), ...Object.values(functionApps)];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...listeners),
      fc.constantFrom("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS"),
      path,
      json,
      async (listener, method, target, body) => {
        expect(await send(listener, method, target, body)).toBeGreaterThanOrEqual(200);
      },
    ),
    { numRuns: 300 },
  );
  const failed = (await azure.control.requests()).filter((one) =>
    one.notes.some((note) => note.startsWith("unexpected")),
  );
  expect(failed).toEqual([]);
});

/** Sends a target as it is, however malformed; answers the status. */
function send(listener: string, method: string, target: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(listener);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const outgoing = request(
      { host: "localhost", port, method, path: target, headers },
      (incoming) => {
        incoming.resume();
        incoming.on("end", () => resolve(incoming.statusCode ?? 0));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(method === "GET" || method === "HEAD" ? undefined : body);
  });
}
