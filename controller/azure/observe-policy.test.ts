import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineRequestOptions,
} from "@azure/core-rest-pipeline";
import { describe, expect, test } from "vitest";
import type { AzureCall, CallObserver } from "./call-observer.ts";
import { armServiceOf, observedCredential, observePolicy } from "./observe-policy.ts";

const SUBSCRIPTION = "11111111-1111-4111-8111-111111111111";
const ROOT = `https://management.azure.com/subscriptions/${SUBSCRIPTION}`;
const ID = "6f1d2c3b-0a9e-4d8c-b7a6-5e4f3d2c1b0a";

function record() {
  const calls: AzureCall[] = [];
  const told: string[] = [];
  let failures = 0;
  const observer: CallObserver = {
    called: (call) => void calls.push(call),
    credentialFailed: () => void (failures += 1),
    remainingTold: (...words) => void told.push(words.join(" ")),
  };
  return { observer, calls, told, failures: () => failures };
}

async function send(
  observer: CallObserver,
  answer: { readonly status: number; readonly headers?: Record<string, string> } | Error,
  options: Partial<PipelineRequestOptions> = {},
) {
  const times = [100, 350];
  const policy = observePolicy(observer, armServiceOf, () => times.shift() ?? 0);
  const request = createPipelineRequest({ url: `${ROOT}/x`, ...options });
  return await policy.sendRequest(request, async () => {
    if (answer instanceof Error) throw answer;
    return { request, status: answer.status, headers: createHttpHeaders(answer.headers) };
  });
}

test("an answer is told with its service, method, status, time and id", async () => {
  const { observer, calls } = record();
  const url = `${ROOT}/resourceGroups/shop/providers/Microsoft.ApiManagement/service/apim?x=1`;
  await send(
    observer,
    { status: 202, headers: { "x-ms-correlation-request-id": ID, "x-ms-request-id": "other" } },
    { url, method: "PATCH" },
  );
  expect(calls).toEqual([
    {
      service: "api-management",
      method: "PATCH",
      status: 202,
      durationInMs: 250,
      correlationId: ID,
    },
  ]);
});

test.each([
  ["resourceGroups/g/providers/Microsoft.ApiManagement/service/a/apis/b", "api-management"],
  ["resourceGroups/g/providers/microsoft.web/sites/f/config/web", "app-service"],
  ["resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v", "resource-manager"],
  ["resources", "resource-manager"],
] as const)("%s belongs to %s", (path, service) => {
  expect(armServiceOf(`${ROOT}/${path}`)).toBe(service);
});

describe("the id of a request", () => {
  test.each(["x-ms-correlation-request-id", "x-ms-request-id", "request-id"])(
    "is read from %s",
    async (header) => {
      const { observer, calls } = record();
      await send(observer, { status: 200, headers: { [header]: ID } });
      expect(calls).toMatchObject([{ correlationId: ID }]);
    },
  );

  test("is left out where it has not the form of one: headers may quote anything", async () => {
    const { observer, calls } = record();
    await send(observer, { status: 500, headers: { "x-ms-request-id": "Bearer eyJ0.eyJ1.x" } });
    expect(calls).toMatchObject([{ correlationId: undefined }]);
  });
});

describe("without an answer", () => {
  test("a call is told without status, and fails as it did", async () => {
    const { observer, calls } = record();
    await expect(send(observer, new Error("ECONNRESET"))).rejects.toThrow("ECONNRESET");
    expect(calls).toMatchObject([{ status: undefined, durationInMs: 250 }]);
  });

  test("one that we broke off ourselves says nothing about Azure", async () => {
    const { observer, calls } = record();
    const abortSignal = AbortSignal.abort();
    await expect(send(observer, new Error("aborted"), { abortSignal })).rejects.toThrow("aborted");
    expect(calls).toEqual([]);
  });
});

test("what Azure says is left is told for each kind, where it is a number", async () => {
  const { observer, told } = record();
  await send(observer, {
    status: 200,
    headers: {
      "x-ms-ratelimit-remaining-subscription-reads": "249",
      "x-ms-ratelimit-remaining-subscription-writes": "many",
    },
  });
  expect(told).toEqual([`${SUBSCRIPTION} reads 249`]);
});

test("a credential that gives no token is told, unless the pass was over", async () => {
  const { observer, failures } = record();
  const credential = observedCredential(
    { getToken: async () => await Promise.reject(new Error("no token")) },
    observer,
  );
  await expect(credential.getToken("x/.default")).rejects.toThrow("no token");
  expect(failures()).toBe(1);
  const aborted = { abortSignal: AbortSignal.abort() };
  await expect(credential.getToken("x/.default", aborted)).rejects.toThrow("no token");
  expect(failures()).toBe(1);
});
