import { describe, expect, test } from "vitest";
import { API, AUDIENCE, GATEWAY, SERVICE, SITE } from "../../../test/support/builders.ts";
import type { FakeInventory } from "../../../test/support/fake-inventory.ts";
import { look } from "../../../test/support/look.ts";
import { MOST_POLICIES, otherApis } from "./other-apis.ts";

const HOST = "https://orders-func.azurewebsites.net/api";
const ELSEWHERE = "https://elsewhere.example";
const OTHER = `${SERVICE}/apis/other`;
const TOKEN = `<authentication-managed-identity resource="${AUDIENCE}" />`;
const TO_FUNCTION = `<set-backend-service base-url="${HOST}" />`;
const TO_BACKEND = `<set-backend-service backend-id="fn" />`;

interface Other {
  readonly serviceUrl?: string;
  /** Statements of its inbound section. */
  readonly api?: string;
  readonly operation?: string;
  readonly product?: string;
  readonly more?: (inventory: FakeInventory) => void;
}

/** What is found when another API stands beside ours. */
async function found({ serviceUrl = ELSEWHERE, api, operation, product, more }: Other, spec = {}) {
  return await look(otherApis, {
    spec,
    inventory: (inventory) => {
      inventory.apis = [...inventory.apis, { id: OTHER, serviceUrl, hasSignIn: false }];
      const put = (owner: string, statements: string | undefined) => {
        if (statements === undefined) return;
        const text = `<policies><inbound><base />${statements}</inbound></policies>`;
        inventory.policies.set(`${owner}/policies/policy`, text);
      };
      put(OTHER, api);
      put(`${OTHER}/operations/get`, operation);
      put(`${SERVICE}/products/p`, product);
      more?.(inventory);
    },
  });
}

function backend(overrides: object = {}) {
  return (inventory: FakeInventory) => {
    inventory.backends = [
      {
        id: `${SERVICE}/backends/fn`,
        name: "fn",
        url: HOST,
        resourceId: undefined,
        credentialNames: [],
        token: undefined,
        ...overrides,
      },
    ];
  };
}

describe("another API of the service", () => {
  const ofFunction = { url: ELSEWHERE, resourceId: `https://management.azure.com${SITE}` };
  const withToken = { token: { resource: AUDIENCE, clientId: undefined } };

  test.each<Other & { name: string }>([
    { name: "its address and its policy", serviceUrl: HOST, api: TOKEN },
    { name: "its policy alone", api: TO_FUNCTION + TOKEN },
    { name: "an operation's policy", operation: TO_FUNCTION + TOKEN },
    { name: "two policies together", api: TOKEN, operation: TO_FUNCTION },
    {
      name: "a request of its own",
      api: `<send-request><set-url>${HOST}/orders</set-url>${TOKEN}</send-request>`,
    },
    {
      name: "the audience as an App ID URI",
      serviceUrl: HOST,
      api: TOKEN.replace(AUDIENCE, `api://${AUDIENCE}`),
    },
    { name: "a backend", api: TO_BACKEND + TOKEN, more: backend() },
    { name: "a backend by its resource", api: TO_BACKEND + TOKEN, more: backend(ofFunction) },
    { name: "a backend that gets the token", api: TO_BACKEND, more: backend(withToken) },
  ])("gets in by $name", async ({ name: _name, ...other }) => {
    expect(await found(other)).toMatchObject([{ code: "OtherApiAdmitted", resource: OTHER }]);
  });

  test.each<Other & { name: string }>([
    { name: "by its address", serviceUrl: HOST },
    { name: "by its policy", operation: TO_FUNCTION },
    {
      name: "with a token for something else",
      serviceUrl: HOST,
      api: TOKEN.replace(AUDIENCE, "https://vault.azure.net"),
    },
    {
      name: "with another identity's token",
      serviceUrl: HOST,
      api: TOKEN.replace(" />", ` client-id="${GATEWAY.clientId}" />`),
    },
  ])("reaches the function and is turned away: $name", async ({ name: _name, ...other }) => {
    expect(await found(other)).toMatchObject([{ code: "OtherApiReaches", resource: OTHER }]);
  });

  test.each([
    { name: "an API's", other: { api: TOKEN }, resource: OTHER },
    { name: "a product's", other: { product: TOKEN }, resource: `${SERVICE}/products/p` },
  ])("takes a token and goes elsewhere: $name", async ({ other, resource }) => {
    expect(await found(other)).toMatchObject([{ code: "TokenTakenElsewhere", resource }]);
  });

  test.each<Other & { name: string }>([
    { name: "nothing of the function", api: "<set-variable name='a' value='b' />" },
    { name: "a backend that nobody chooses", more: backend(withToken) },
  ])("is nobody's business with $name", async ({ name: _name, ...other }) => {
    expect(await found(other)).toEqual([]);
  });

  test("is ours when the spec names it, in every revision and operation", async () => {
    const more = ({ policies }: FakeInventory) => {
      for (const id of [API, `${API};rev=2`, `${API};rev=2/operations/get`]) {
        policies.set(`${id}/policies/policy`, `<policies><inbound>${TOKEN}</inbound></policies>`);
      }
    };
    expect(await found({ more })).toEqual([]);
  });

  test("needs the identity that the spec names", async () => {
    const identity = { type: "UserAssigned", resourceId: "x", management: "Ensure" } as const;
    const named = TOKEN.replace(" />", ` client-id="${GATEWAY.clientId}" />`);
    expect(await found({ serviceUrl: HOST, api: named }, { identity })).toMatchObject([
      { code: "OtherApiAdmitted" },
    ]);
    expect(await found({ serviceUrl: HOST, api: TOKEN }, { identity })).toMatchObject([
      { code: "OtherApiReaches" },
    ]);
  });
});

describe("what was not seen", () => {
  test("policies that cannot be read are named", async () => {
    const more = ({ policies }: FakeInventory) => policies.set(`${OTHER}/policies/policy`, "<no");
    expect(await found({ more: (inventory) => void more(inventory) })).toMatchObject([
      { code: "PolicyNotSeen", resource: OTHER },
    ]);
  });

  test("beyond what is read in one service, the rest is counted", async () => {
    const more = ({ policies }: FakeInventory) => {
      for (let number = 0; number < MOST_POLICIES + 3; number += 1) {
        policies.set(`${OTHER}/operations/o${number}/policies/policy`, "<policies />");
      }
    };
    expect(await found({ more })).toEqual([
      { code: "PolicyNotSeen", resource: SERVICE, message: expect.stringMatching(/^3 more/) },
    ]);
  });
});
