import { expect, test } from "vitest";
import { API, SERVICE } from "../../../test/support/builders.ts";
import { look } from "../../../test/support/look.ts";
import { tokenDestinations } from "./token-destinations.ts";

const HOST = "https://orders-func.azurewebsites.net/api";
const ELSEWHERE = "https://elsewhere.example/api";
const OPERATION = `${API}/operations/get-orders`;

interface Ours {
  readonly serviceUrl?: string;
  readonly api?: string;
  readonly operation?: string;
}

async function found({ serviceUrl = HOST, api = "", operation = "" }: Ours) {
  return await look(tokenDestinations, {
    inventory: (inventory) => {
      inventory.apis = [{ id: API, serviceUrl, hasSignIn: false }];
      const backend = (name: string, url: string) => ({
        id: `${SERVICE}/backends/${name}`,
        name,
        url,
        resourceId: undefined,
        credentialNames: [],
        token: undefined,
      });
      inventory.backends = [backend("fn", HOST), backend("away", ELSEWHERE)];
      for (const [id, statements] of [
        [API, api],
        [OPERATION, operation],
      ]) {
        const text = `<policies><inbound><base />${statements}</inbound></policies>`;
        inventory.policies.set(`${id}/policies/policy`, text);
      }
    },
  });
}

test.each<Ours & { name: string; resource: string }>([
  { name: "its own address", serviceUrl: ELSEWHERE, resource: API },
  { name: "its policy", api: `<set-backend-service base-url="${ELSEWHERE}" />`, resource: API },
  {
    name: "an operation's policy, at times",
    operation: `<choose><when condition="@(true)"><set-backend-service base-url="${ELSEWHERE}" /></when></choose>`,
    resource: OPERATION,
  },
  { name: "a backend", api: `<set-backend-service backend-id="Away" />`, resource: API },
])(
  "an API of the spec sends its token elsewhere by $name",
  async ({ name: _name, resource, ...ours }) => {
    expect(await found(ours)).toMatchObject([{ code: "TokenSentElsewhere", resource }]);
  },
);

test.each<Ours & { name: string }>([
  { name: "its address is the function's" },
  { name: "its policy names the function", api: `<set-backend-service base-url="${HOST}/v2" />` },
  { name: "its backend is the function's", api: `<set-backend-service backend-id="fn" />` },
  {
    name: "its address is not used",
    serviceUrl: ELSEWHERE,
    api: `<set-backend-service backend-id="fn" />`,
  },
  { name: "it has no address", serviceUrl: "" },
  {
    name: "where it goes is computed, which cannot be seen",
    api: `<set-backend-service base-url="@(context.Variables["x"])" />`,
  },
  {
    name: "a request of its own goes without the token",
    api: `<send-request><set-url>${ELSEWHERE}</set-url></send-request>`,
  },
])("nothing is told when $name", async ({ name: _name, ...ours }) => {
  expect(await found(ours)).toEqual([]);
});
