import { describe, expect, test } from "vitest";
import { AUDIENCE, TENANT } from "../../test/support/builders.ts";
import { classifyAnswer } from "./errors.ts";
import type { GraphClient } from "./graph-client.ts";
import { graph } from "./graph.ts";

type Sent = Parameters<GraphClient>[0];

/** A Graph that answers this to everything, and what it was asked. */
function graphThatAnswers(answer: unknown) {
  const sent: Sent[] = [];
  const client: GraphClient = async (request) => {
    sent.push(request);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const signal = new AbortController().signal;
  return { door: graph(client, "https://graph.microsoft.com/", signal), sent };
}

function refusal(status: number, code: string, message: string) {
  const body = { error: { code, message } };
  return classifyAnswer({ request: "PATCH Microsoft Graph", status, body }, 0);
}

const MISSING = refusal(404, "Request_ResourceNotFound", "Resource 'x' does not exist.");
const APPLICATION = { id: "object-id", appId: AUDIENCE, signInAudience: "AzureADMyOrg" };

describe("reading an application", () => {
  test.each([
    { api: { requestedAccessTokenVersion: 2 }, tokenVersion: "V2" },
    { api: { requestedAccessTokenVersion: 1 }, tokenVersion: "V1" },
    { api: { requestedAccessTokenVersion: null }, tokenVersion: "V1" },
    { api: null, tokenVersion: "V1" },
  ])("$api is $tokenVersion", async ({ api, tokenVersion }) => {
    const { door } = graphThatAnswers({ ...APPLICATION, api });
    expect(await door.getApplication("sfb-1")).toEqual({
      id: "object-id",
      clientId: AUDIENCE,
      signInAudience: "AzureADMyOrg",
      tokenVersion,
      credentials: [],
    });
  });

  test("names every kind of credential", async () => {
    const { door } = graphThatAnswers({
      ...APPLICATION,
      passwordCredentials: [
        { displayName: "old", keyId: "1", endDateTime: "2027-01-02T03:04:05Z", hint: "abc" },
      ],
      keyCredentials: [{ displayName: null, keyId: "2" }, {}],
      federatedIdentityCredentials: [{ name: "pipeline" }],
    });
    expect((await door.getApplication("sfb-1"))?.credentials).toEqual([
      'client secret "old" (until 2027-01-02)',
      'certificate "2"',
      'certificate "without name"',
      'federated credential "pipeline"',
    ]);
  });

  test("asks for all of it in one request", async () => {
    const { door, sent } = graphThatAnswers(APPLICATION);
    await door.getApplication("sfb-1");
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /applications(uniqueName='sfb-1')?$select=id,appId,signInAudience,api,passwordCredentials,keyCredentials&$expand=federatedIdentityCredentials",
    ]);
  });
});

test("what is missing is undefined", async () => {
  const { door } = graphThatAnswers(MISSING);
  expect(await door.getApplication("sfb-1")).toBeUndefined();
  expect(await door.getServicePrincipal(AUDIENCE)).toBeUndefined();
});

test.each([
  undefined,
  "<html>",
  {},
  { id: "1", appId: "2" },
  { appId: "2", signInAudience: "x" },
  [],
])("nothing is concluded from %j", async (answer) => {
  const { door } = graphThatAnswers(answer);
  const failure = { reason: "AzureUnavailable", errorClass: "BackOff" };
  await expect(door.getApplication("sfb-1")).rejects.toMatchObject(failure);
  await expect(door.getServicePrincipal(AUDIENCE)).rejects.toMatchObject(failure);
});

test("a service principal tells the tenant", async () => {
  const { door } = graphThatAnswers({ appId: AUDIENCE, appOwnerOrganizationId: TENANT });
  expect(await door.getServicePrincipal(AUDIENCE)).toEqual({
    clientId: AUDIENCE,
    tenantId: TENANT,
  });
});

test("creating an application asks for creation, and says where it will be seen", async () => {
  const { door, sent } = graphThatAnswers(undefined);
  const begun = await door.createApplication("sfb-1", { displayName: "orders" });
  expect(begun.url).toBe("https://graph.microsoft.com/v1.0/applications(uniqueName='sfb-1')");
  expect(sent).toMatchObject([
    { method: "PATCH", headers: { prefer: "create-if-missing" }, body: { displayName: "orders" } },
  ]);
});

test("updating an application never creates one", async () => {
  const { door, sent } = graphThatAnswers(undefined);
  await door.updateApplication("object-id", { signInAudience: "AzureADMyOrg" });
  expect(sent).toEqual([
    {
      method: "PATCH",
      path: "/applications/object-id",
      body: { signInAudience: "AzureADMyOrg" },
    },
  ]);
});

describe("refusals", () => {
  test.each([
    {
      name: "a unique name that a deleted application keeps",
      answer: refusal(
        400,
        "Request_BadRequest",
        "Another object with the same value for property uniqueName already exists.",
      ),
      reason: "RegistrationDeleted",
      errorClass: "Terminal",
    },
    {
      name: "another bad request",
      answer: refusal(400, "Request_BadRequest", "Invalid property 'x'."),
      reason: "RequestRejected",
      errorClass: "Terminal",
    },
    {
      name: "a quota",
      answer: refusal(403, "Directory_QuotaExceeded", "The directory object quota limit."),
      reason: "QuotaExceeded",
      errorClass: "Terminal",
    },
    {
      name: "a missing right",
      answer: refusal(403, "Authorization_RequestDenied", "Insufficient privileges."),
      reason: "PermissionMissing",
      errorClass: "Permission",
    },
  ])("$name of an application: $reason", async ({ answer, reason, errorClass }) => {
    const { door } = graphThatAnswers(answer);
    await expect(door.createApplication("sfb-1", {})).rejects.toMatchObject({ reason, errorClass });
  });

  test("an application that Entra does not know everywhere yet is tried again", async () => {
    const words = `The appId '${AUDIENCE}' of the service principal does not reference a valid application object.`;
    const { door } = graphThatAnswers(refusal(400, "Request_BadRequest", words));
    await expect(door.createServicePrincipal(AUDIENCE)).rejects.toMatchObject({
      reason: "RegistrationNotYetKnown",
      errorClass: "BackOff",
    });
  });

  test("a service principal that is there already is made", async () => {
    const words = `The service principal cannot be created, updated, or restored because the service principal name ${AUDIENCE} is already in use.`;
    const { door } = graphThatAnswers(
      refusal(409, "Request_MultipleObjectsWithSameKeyValue", words),
    );
    expect((await door.createServicePrincipal(AUDIENCE)).url).toContain(`(appId='${AUDIENCE}')`);
  });

  test("any other failure stays what it is", async () => {
    const failure = refusal(500, "InternalServerError", "Try again.");
    const { door } = graphThatAnswers(failure);
    await expect(door.createServicePrincipal(AUDIENCE)).rejects.toBe(failure);
    await expect(door.getApplication("sfb-1")).rejects.toBe(failure);
  });
});
