import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { startHealthServer, type HealthCheck } from "./health-server.ts";
import { startMetricsServer } from "./metrics-server.ts";

const good = (name: string): HealthCheck => ({ name, check: () => undefined });
const bad = (name: string, missing: string): HealthCheck => ({ name, check: () => missing });

async function startHealth(checks: {
  readonly live?: readonly HealthCheck[];
  readonly ready?: readonly HealthCheck[];
}) {
  const server = await startHealthServer({
    port: 0,
    host: "127.0.0.1",
    live: [],
    ready: [],
    ...checks,
  });
  const ask = async (path: string, method = "GET") => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return { ask, server, [Symbol.asyncDispose]: server.close };
}

describe("what is asked", () => {
  test.each(["/livez", "/healthz", "/readyz"])("%s is ok when every check is", async (path) => {
    await using health = await startHealth({ live: [good("a")], ready: [good("b")] });
    expect(await health.ask(path)).toMatchObject({ status: 200, text: "ok\n" });
  });

  test("?verbose lists the checks by name", async () => {
    await using health = await startHealth({ ready: [good("caches"), good("crd")] });
    expect((await health.ask("/readyz?verbose")).text).toBe(
      "[+]caches ok\n[+]crd ok\nreadyz check passed\n",
    );
  });

  test("503 names what is missing, asked for or not, and what is not", async () => {
    const ready = [good("crd"), bad("caches", "securedfunctionbackends is not listed yet")];
    await using health = await startHealth({ ready });
    const missing =
      "[+]crd ok\n[-]caches failed: securedfunctionbackends is not listed yet\nreadyz check failed\n";
    expect(await health.ask("/readyz")).toMatchObject({ status: 503, text: missing });
    expect(await health.ask("/readyz?verbose")).toMatchObject({ status: 503, text: missing });
  });

  test("a process that is not ready is alive, and the other way round", async () => {
    await using unready = await startHealth({ ready: [bad("caches", "cold")] });
    expect((await unready.ask("/livez")).status).toBe(200);
    await using dying = await startHealth({ live: [bad("elector", "no renewal for 40 s")] });
    expect((await dying.ask("/healthz")).status).toBe(503);
    expect((await dying.ask("/readyz")).status).toBe(200);
  });

  test("a check is asked anew each time, and one that throws has failed", async () => {
    let missing: string | undefined = "not yet";
    const check = () => {
      if (missing === "throw") throw new RangeError("with a detail that is nobody's business");
      return missing;
    };
    await using health = await startHealth({ ready: [{ name: "turning", check }] });
    expect((await health.ask("/readyz")).status).toBe(503);
    missing = undefined;
    expect((await health.ask("/readyz")).status).toBe(200);
    missing = "throw";
    const { status, text } = await health.ask("/readyz");
    expect(status).toBe(503);
    expect(text).toContain("[-]turning failed: the check itself failed: RangeError\n");
  });
});

describe("manners", () => {
  test("HEAD answers as GET does, without the text", async () => {
    await using health = await startHealth({ ready: [bad("caches", "cold")] });
    expect(await health.ask("/readyz", "HEAD")).toMatchObject({ status: 503, text: "" });
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])("%s is refused", async (method) => {
    await using health = await startHealth({});
    const { status, headers } = await health.ask("/readyz", method);
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe("GET, HEAD");
  });

  test.each(["/", "/metrics", "/readyz/", "/constructor", "/__proto__", "//"])(
    "%s is not there",
    async (path) => {
      await using health = await startHealth({});
      expect((await health.ask(path)).status).toBe(404);
    },
  );

  test("a port that is taken is an error for whoever starts it", async () => {
    await using health = await startHealth({});
    const second = startHealthServer({
      port: health.server.port,
      host: "127.0.0.1",
      live: [],
      ready: [],
    });
    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("closing", () => {
  test("does not wait for connections that are kept alive", async () => {
    const { server } = await startHealth({});
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(
      get({ agent, host: "127.0.0.1", port: server.port, path: "/livez" }),
      "response",
    )) as [IncomingMessage];
    const { socket } = response;
    await once(response.resume(), "end");
    const isClosed = once(socket, "close");
    await server.close();
    await isClosed;
    expect(socket.destroyed).toBe(true);
    agent.destroy();
  });

  test("does not wait for ever for a request that never ends", async () => {
    const { server } = await startHealth({});
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write("GET /livez HTTP/1.1\r\nHost: x\r\n");
    const isClosed = once(socket, "close");
    await server.close();
    await isClosed;
    expect(socket.destroyed).toBe(true);
  });

  test("answers what is being asked", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const asked = Promise.withResolvers<void>();
    const text = () => {
      asked.resolve();
      return promise;
    };
    const server = await startMetricsServer({
      port: 0,
      host: "127.0.0.1",
      metrics: { text, contentType: "text/plain" },
    });
    const answer = fetch(`http://127.0.0.1:${server.port}/metrics`);
    await asked.promise;
    const closed = server.close();
    resolve("up 1\n");
    expect(await (await answer).text()).toBe("up 1\n");
    await closed;
    await server.close();
  });
});

describe("/metrics", () => {
  test("is served with its media type", async () => {
    const metrics = { text: async () => "up 1\n", contentType: "text/plain; version=0.0.4" };
    await using server = await startMetricsServer({ port: 0, host: "127.0.0.1", metrics });
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4");
    expect(await response.text()).toBe("up 1\n");
    expect((await fetch(`http://127.0.0.1:${server.port}/readyz`)).status).toBe(404);
  });

  test("that cannot be made does not tell why to whoever asks", async () => {
    const text = async () => {
      throw new Error("something private");
    };
    const metrics = { text, contentType: "text/plain" };
    await using server = await startMetricsServer({ port: 0, host: "127.0.0.1", metrics });
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("private");
  });
});
