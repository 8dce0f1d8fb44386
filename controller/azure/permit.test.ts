import {
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
} from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";
import { LAST, permitPolicy } from "./permit.ts";

/** A pipeline that waits before it signs, as the real ones wait for a token, and what it sent. */
function pipelineWith(permit: () => void) {
  const sent: string[] = [];
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(permitPolicy(permit), LAST);
  const signing = Promise.withResolvers<void>();
  pipeline.addPolicy(
    {
      name: "token",
      async sendRequest(request, next) {
        await signing.promise;
        return await next(request);
      },
    },
    { phase: "Sign" },
  );
  const httpClient: HttpClient = {
    async sendRequest(request) {
      sent.push(request.url);
      return { request, status: 200, headers: createHttpHeaders() };
    },
  };
  const send = async () =>
    await pipeline.sendRequest(httpClient, createPipelineRequest({ url: "https://a.example/" }));
  return { sent, send, sign: signing.resolve };
}

test("a permit that goes while a request waits for its token keeps it from being sent", async () => {
  let isLeader = true;
  const { sent, send, sign } = pipelineWith(() => {
    if (!isLeader) throw new Error("not the leader any more");
  });
  const sending = send();
  isLeader = false;
  sign();
  await expect(sending).rejects.toThrow("not the leader any more");
  expect(sent).toEqual([]);
});

test("a permit that is given lets the request out", async () => {
  const { sent, send, sign } = pipelineWith(() => undefined);
  sign();
  expect((await send()).status).toBe(200);
  expect(sent).toEqual(["https://a.example/"]);
});
