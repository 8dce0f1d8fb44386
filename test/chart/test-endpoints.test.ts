import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { runProgram } from "../support/run-program.ts";
import { HAS_HELM, render, theOnly, type PodTemplate } from "./helm.ts";

/** Runs what the pod of `helm test` runs, against a controller that answers as given. */
async function runTestPod(answers: Readonly<Record<string, [status: number, text: string]>>) {
  const server = createServer((request, response) => {
    const [status, text] = answers[request.url ?? ""] ?? [404, "nothing here"];
    response.writeHead(status).end(text);
  }).listen(0, "127.0.0.1");
  try {
    await once(server, "listening");
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [{ args, env: variables }] = (theOnly(render(), "Pod") as unknown as PodTemplate).spec
      .containers;
    const addresses = variables.map(({ name, value = "" }) => [
      name,
      value.replace(/^http:\/\/sfb-secured-function-backend:80(?:80|81)/u, address),
    ]);
    const env = Object.fromEntries(addresses) as Record<string, string>;
    const { exitCode, stdout, stderr } = await runProgram(process.execPath, args, { env });
    return { isOk: exitCode === 0, output: stdout + stderr };
  } finally {
    server.close();
  }
}

describe.skipIf(!HAS_HELM)("helm test", () => {
  const READY: [number, string] = [200, "[+]caches ok"];
  const METRICS: [number, string] = [200, "controller_runtime_active_workers 0"];

  test("passes when the controller is ready and tells its metrics", async () => {
    const answers = { "/readyz?verbose": READY, "/metrics": METRICS };
    expect(await runTestPod(answers)).toEqual({
      isOk: true,
      output: "[+]caches ok\nThe controller is ready and tells its metrics.\n",
    });
  });

  test.each<[string, Parameters<typeof runTestPod>[0], RegExp]>([
    [
      "it is not ready",
      { "/readyz?verbose": [503, "[-]caches failed"], "/metrics": METRICS },
      /readyz\?verbose answered 503: \[-\]caches failed/u,
    ],
    [
      "somebody else answers",
      { "/readyz?verbose": READY, "/metrics": [200, "up 1"] },
      /\/metrics tells nothing of the controller/u,
    ],
    ["there are no metrics", { "/readyz?verbose": READY }, /\/metrics answered 404/u],
  ])("fails when %s", async (_, answers, message) => {
    const { isOk, output } = await runTestPod(answers);
    expect(output).toMatch(message);
    expect(isOk).toBe(false);
  });
});
