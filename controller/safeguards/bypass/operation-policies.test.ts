import { describe, expect, test } from "vitest";
import { API, AUDIENCE, GATEWAY, SERVICE } from "../../../test/support/builders.ts";
import { look } from "../../../test/support/look.ts";
import { operationPolicies } from "./operation-policies.ts";

const OPERATION = `${API}/operations/get-orders`;

function policy(inbound: string): string {
  return `<policies>\n  <inbound>${inbound}</inbound>\n</policies>`;
}

async function found(text: string, id = OPERATION, spec = {}) {
  return await look(operationPolicies, {
    spec,
    inventory: ({ policies }) => policies.set(`${id}/policies/policy`, text),
  });
}

describe("an operation's policy", () => {
  test.each([
    { code: "OperationWithoutBase", text: policy("") },
    {
      code: "OperationUndoesPolicy",
      text: policy(`<base /><set-header name="Authorization" exists-action="delete" />`),
    },
    {
      code: "OperationMayUndoPolicy",
      text: policy(`<base /><include-fragment fragment-id="f" />`),
    },
    { code: "PolicyNotSeen", text: "<policies>" },
  ])("$code, with its place", async ({ code, text }) => {
    expect(await found(text)).toEqual([
      {
        code,
        resource: OPERATION,
        message: expect.stringMatching(/operation get-orders of API orders, line \d+, column \d+:/),
      },
    ]);
  });

  test.each([
    { name: "runs its API's", text: policy("<base />") },
    {
      name: "has the token itself",
      text: policy(`<authentication-managed-identity resource="${AUDIENCE}" />`),
    },
  ])("is fine when it $name", async ({ text }) => {
    expect(await found(text)).toEqual([]);
  });

  test("needs the token of the identity that the spec names", async () => {
    const identity = { type: "UserAssigned", resourceId: "x", management: "Ensure" } as const;
    const own = `<authentication-managed-identity resource="${AUDIENCE}" />`;
    const named = own.replace(" />", ` client-id="${GATEWAY.clientId}" />`);
    expect(await found(policy(own), OPERATION, { identity })).toHaveLength(1);
    expect(await found(policy(named), OPERATION, { identity })).toEqual([]);
  });

  test.each([
    { name: "of a revision that is not current", id: `${API};rev=2/operations/get-orders` },
    { name: "of an API whose name begins alike", id: `${SERVICE}/apis/orders2/operations/get` },
    { name: "of the API itself", id: API },
  ])("is not one $name", async ({ id }) => {
    expect(await found(policy(""), id)).toEqual([]);
  });

  test("is found whatever the letter case of its id", async () => {
    expect(await found(policy(""), OPERATION.toUpperCase())).toHaveLength(1);
  });
});
