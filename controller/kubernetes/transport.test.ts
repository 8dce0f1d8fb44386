import { readFile } from "node:fs/promises";
import { inspect } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { createCertificate } from "../../simulator/certificate.ts";
import { connectTo, fixedConnection } from "../../test/support/fake-api-client.ts";
import type { Fault } from "../../test/support/fake-api-faults.ts";
import { FakeApiServer } from "../../test/support/fake-api-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { KubernetesErrorKind } from "./errors.ts";
import type { Call, TransportOptions } from "./transport.ts";

const PATH = "/api/v1/namespaces/default/configmaps";
const GET: Call = { method: "GET", path: PATH };
const PUT: Call = { method: "PUT", path: `${PATH}/a`, body: { metadata: {} } };
/** A big one, which a client that does not read it would leave in the connection. */
const BIG = "x".repeat(200_000);

async function start(options: Partial<TransportOptions> = {}) {
  const server = await FakeApiServer.start();
  const made = connectTo(server, { random: () => 0, ...options });
  onTestFinished(async () => {
    await made[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  return { server, ...made };
}

/** A signal that ends what is left open when the test is over. */
function ending(): AbortSignal {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return stop.signal;
}

/** A connection whose token file and authority are replaced while it is used. */
function rotatingConnection(server: FakeApiServer) {
  const fixed = fixedConnection(server);
  const now = { token: "first-token", ca: undefined as Buffer | string | undefined, forgotten: 0 };
  let kept = now.token;
  return {
    now,
    connection: {
      ...fixed,
      credentials: async () => {
        const { tls } = await fixed.credentials();
        return {
          headers: { Authorization: `Bearer ${kept}` },
          tls: { ca: now.ca ?? tls.ca },
        };
      },
      forget: () => {
        now.forgotten += 1;
        kept = now.token;
      },
    },
  };
}

describe("connections", () => {
  test("a thousand calls, eight at a time, use at most eight", async () => {
    const { server, transport } = await start();
    for (let batch = 0; batch < 125; batch += 1) {
      await Promise.all(Array.from({ length: 8 }, () => transport.call(GET)));
    }

    expect(server.requests).toHaveLength(1000);
    expect(server.connections).toBeLessThanOrEqual(8);
  });

  test("calls one after the other use two", async () => {
    const { server, transport } = await start();
    for (let call = 0; call < 300; call += 1) await transport.call(GET);

    expect(server.connections).toBeLessThanOrEqual(2);
  });

  test("HTTP/2 is not offered", async () => {
    const { server, transport } = await start();
    await transport.call(GET);
    await transport.stream({ path: PATH, query: { watch: true }, signal: ending() });

    expect(server.offeredProtocols).toEqual([["http/1.1"], ["http/1.1"]]);
  });

  test("a stream shares its connection with nobody", async () => {
    const { server, transport } = await start();
    const signal = ending();
    const query = { watch: true };
    await Promise.all([1, 2, 3].map(() => transport.stream({ path: PATH, query, signal })));
    await Promise.all([1, 2, 3].map(() => transport.call(GET)));

    const used = (isWatch: boolean) =>
      server.requests.filter((each) => each.isWatch === isWatch).map((each) => each.connection);
    expect(new Set(used(true)).size).toBe(3);
    expect(used(false).filter((each) => used(true).includes(each))).toEqual([]);
  });

  test.for([404, 403, 409, 422, 500])(
    "a big body of a %i does not keep its connection",
    async (code) => {
      const { server, transport } = await start();
      server.inject({ kind: "answer", code, body: BIG }, { times: 40 });
      for (let call = 0; call < 40; call += 1) {
        await expect(transport.call(GET)).rejects.toMatchObject({ code });
      }

      expect(server.connections).toBeLessThanOrEqual(2);
      await expect(transport.call(GET)).resolves.toMatchObject({ items: [] });
    },
  );
});

describe("credentials", () => {
  test("a 401 has the token read again, and the call sent once more", async () => {
    await using server = await FakeApiServer.start();
    const { now, connection } = rotatingConnection(server);
    await using made = connectTo(server, { connection });
    await made.transport.call(GET);
    server.tokens = [(now.token = "second-token")];

    await expect(made.transport.call(PUT)).rejects.toMatchObject({ kind: "NotFound" });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer first-token",
      "Bearer first-token",
      "Bearer second-token",
    ]);
  });

  test("a second 401 is an error", async () => {
    const { server, transport } = await start();
    server.tokens = [];

    await expect(transport.call(GET)).rejects.toMatchObject({ kind: "Unauthorized", code: 401 });
    expect(server.requests).toHaveLength(2);
  });

  test("a new authority is trusted from the next call on, and an open stream lives on", async () => {
    await using server = await FakeApiServer.start();
    const { now, connection } = rotatingConnection(server);
    await using made = connectTo(server, { connection });
    const body = await made.transport.stream({
      path: PATH,
      query: { watch: true },
      signal: ending(),
    });
    await made.transport.call(GET);

    await using folder = await temporaryFolder();
    const other = await createCertificate(folder.path);
    server.useCertificate(other);
    now.ca = await readFile(other.caFile);
    await made.transport.call(GET);
    server.watches.write("still here\n");

    for await (const chunk of body) {
      expect(String(chunk)).toBe("still here\n");
      break;
    }
  });

  test("credentials that cannot be had are an error of the call, without the process ending", async () => {
    await using server = await FakeApiServer.start();
    const connection = {
      ...fixedConnection(server),
      credentials: () => Promise.reject(new Error("the token file is gone")),
    };
    await using made = connectTo(server, { connection });

    await expect(made.transport.call({ ...GET, attempts: 1 })).rejects.toThrow(
      `GET ${PATH} got no answer: the token file is gone`,
    );
  });
});

describe("the time limit holds", () => {
  const never: [string, Fault][] = [
    ["no head", { kind: "silence" }],
    ["no body", { kind: "head" }],
    ["one byte after the other", { kind: "drip", everyInMs: 5 }],
    ["busy for an hour", { kind: "answer", code: 429, retryAfter: "3600" }],
  ];
  test.for(never)("%s", async ([, fault]) => {
    const { server, transport } = await start();
    server.inject(fault, { times: Infinity });
    const began = performance.now();

    const kind = fault.kind === "answer" ? "Busy" : "Unreachable";
    await expect(transport.call({ ...GET, timeoutInMs: 100 })).rejects.toMatchObject({ kind });
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test.for<Fault>([{ kind: "silence" }])("a stream without a head", async (fault) => {
    const { server, transport } = await start();
    server.inject(fault);

    const opening = transport.stream({ path: PATH, timeoutInMs: 100, signal: ending() });
    await expect(opening).rejects.toMatchObject({ kind: "Unreachable" });
  });

  test("credentials that never come", async () => {
    await using server = await FakeApiServer.start();
    const credentials = () => new Promise<never>(() => undefined);
    const connection = { ...fixedConnection(server), credentials };
    await using made = connectTo(server, { connection });

    await expect(made.transport.call({ ...GET, timeoutInMs: 50 })).rejects.toMatchObject({
      kind: "Unreachable",
    });
  });

  test("the caller may end it sooner", async () => {
    const { server, transport } = await start();
    server.inject({ kind: "head" });
    const stop = new AbortController();
    const call = transport.call({ ...GET, signal: stop.signal });
    await expect.poll(() => server.requests).toHaveLength(1);
    stop.abort();

    await expect(call).rejects.toMatchObject({ kind: "Aborted" });
    await expect.poll(() => server.openConnections).toBe(0);
  });
});

describe("sending again", () => {
  const busy: Fault = { kind: "answer", code: 429, retryAfter: "0" };
  const again: [string, Call, Fault, number][] = [
    ["a GET that is too many", GET, busy, 2],
    ["a PUT that is too many", PUT, busy, 2],
    ["a PUT the server has no time for", PUT, { ...busy, code: 503 }, 2],
    ["a GET without an answer", GET, { kind: "reset" }, 2],
    ["a GET with half an answer", GET, { kind: "cut", bytes: `{"items":[` }, 2],
    ["a PUT without an answer: it may have been done", PUT, { kind: "reset" }, 1],
    ["a 500 that names no time", GET, { kind: "answer", code: 500 }, 1],
    ["a 429 that names no time", GET, { kind: "answer", code: 429 }, 1],
    ["a GET that may be sent once", { ...GET, attempts: 1 }, { kind: "reset" }, 1],
  ];
  test.for(again)("%s", async ([, call, fault, requests]) => {
    const { server, transport } = await start();
    server.storage.create("/api/v1/configmaps", "default", { metadata: { name: "a" } });
    server.inject(fault);
    const outcome = await transport.call(call).then(
      () => "answered",
      () => "failed",
    );

    expect(server.requests).toHaveLength(requests);
    expect(outcome).toBe(requests === 2 ? "answered" : "failed");
  });

  test("at most five times, with growing waits", async () => {
    const waits: number[] = [];
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      sleep: (inMs: number) => Promise.resolve(void waits.push(inMs)),
    };
    const { server, transport } = await start({ clock });
    server.inject({ ...busy, retryAfter: "1" }, { times: Infinity });

    await expect(transport.call(PUT)).rejects.toMatchObject({
      kind: "Busy",
      retryAfterInMs: 1000,
    });
    expect(server.requests).toHaveLength(5);
    expect(waits).toEqual([1200, 1400, 1800, 2600]);
  });
});

test.for<[number, string | undefined, KubernetesErrorKind]>([
  [400, "BadRequest", "Invalid"],
  [403, "Forbidden", "Forbidden"],
  [404, "NotFound", "NotFound"],
  [409, "AlreadyExists", "AlreadyExists"],
  [409, "Conflict", "Conflict"],
  [410, "Expired", "Expired"],
  [413, "RequestEntityTooLarge", "Invalid"],
  [415, "UnsupportedMediaType", "ServerError"],
  [422, "Invalid", "Invalid"],
  [500, "InternalError", "ServerError"],
  [502, undefined, "ServerError"],
])("%i %s is %s", async ([code, reason, kind]) => {
  const { server, transport } = await start();
  const status = { kind: "Status", code, reason, message: "because" };
  const body = reason === undefined ? "<html>bad gateway</html>" : JSON.stringify(status);
  server.inject({ kind: "answer", code, body });

  const said = reason === undefined ? "" : `: ${reason}: because`;
  await expect(transport.call(PUT)).rejects.toMatchObject({
    kind,
    code,
    message: `PUT ${PATH}/a was answered with ${code}${said}`,
  });
});

test("no error shows the token", async () => {
  const { server, transport } = await start({ timeoutInMs: 100 });
  const faults: Fault[] = [{ kind: "reset" }, { kind: "silence" }, { kind: "answer", code: 401 }];
  for (const fault of faults) {
    server.inject(fault, { times: 2 });
    const error: unknown = await transport.call(PUT).catch((failure: unknown) => failure);
    server.heal();
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain("first-token");
  }
});

test("every answer is told, and that there was none", async () => {
  const answers: string[] = [];
  const { server, transport } = await start({
    onAnswer: (method, code, host) => answers.push(`${method} ${code} ${host}`),
  });
  const { host } = new URL(server.address);
  server.inject({ kind: "reset" });
  await expect(transport.call(PUT)).rejects.toThrow("got no answer");
  await transport.call(GET);

  expect(answers).toEqual([`PUT <error> ${host}`, `GET 200 ${host}`]);
});

test("the program says who it is, and asks for no compression", async () => {
  const { server, transport } = await start();
  await transport.call(GET);

  expect(server.requests[0]?.headers).toMatchObject({
    "user-agent": "secured-function-backend/test",
    accept: "application/json",
  });
  expect(server.requests[0]?.headers).not.toHaveProperty("accept-encoding");
});
