import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, test } from "vitest";
import { Proxy } from "./proxy.ts";

test("bytes pass both ways, and connections are counted", async () => {
  await using echo = await EchoServer.start();
  await using proxy = await Proxy.start(echo.address);
  const client = await Client.connect(proxy);

  client.write("hello");

  await client.reads("hello");
  expect({ accepted: proxy.accepted, open: proxy.open }).toEqual({ accepted: 1, open: 1 });
});

test("cut: both sides read the end of the stream", async () => {
  await using echo = await EchoServer.start();
  await using proxy = await Proxy.start(echo.address);
  const client = await Client.connect(proxy);
  client.write("hello");
  await client.reads("hello");

  proxy.cut();

  expect(await client.ended).toBe("end");
});

test("reset: the client's connection fails", async () => {
  await using echo = await EchoServer.start();
  await using proxy = await Proxy.start(echo.address);
  const client = await Client.connect(proxy);
  client.write("hello");
  await client.reads("hello");

  proxy.reset();

  expect(await client.ended).toBe("ECONNRESET");
});

test("freeze: what was sent meanwhile arrives after mending", async () => {
  await using echo = await EchoServer.start();
  await using proxy = await Proxy.start(echo.address);
  const client = await Client.connect(proxy);
  proxy.freeze();
  const late = await Client.connect(proxy);
  client.write("before");
  late.write("late");
  // A round trip beside the proxy, after which the bytes would have come through an open one.
  await roundTrip(echo);
  expect([client.received, late.received, echo.received]).toEqual(["", "", "ping"]);

  await proxy.mend();

  await client.reads("before");
  await late.reads("late");
});

test("swallow: the connection stays, what was sent never arrives, and mending ends it", async () => {
  await using echo = await EchoServer.start();
  await using proxy = await Proxy.start(echo.address);
  const client = await Client.connect(proxy);
  proxy.swallow();
  client.write("lost");
  await roundTrip(echo);
  expect([client.received, echo.received, proxy.open]).toEqual(["", "ping", 1]);

  await proxy.mend();

  expect(await client.ended).toBe("ECONNRESET");
  const next = await Client.connect(proxy);
  next.write("again");
  await next.reads("again");
});

test("refuse: no new connection until mended, the open one stays", async () => {
  await using echo = await EchoServer.start();
  await using proxy = await Proxy.start(echo.address);
  const client = await Client.connect(proxy);
  client.write("one");
  await client.reads("one");
  const { address } = proxy;

  proxy.refuse();

  await expect(Client.connect(proxy)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  client.write("two");
  await client.reads("onetwo");
  await proxy.mend();
  expect(proxy.address).toBe(address);
  const next = await Client.connect(proxy);
  next.write("again");
  await next.reads("again");
});

test("a server that is not there resets the client", async () => {
  const echo = await EchoServer.start();
  await using proxy = await Proxy.start(echo.address);
  await echo[Symbol.asyncDispose]();

  const client = await Client.connect(proxy);

  expect(await client.ended).toBe("ECONNRESET");
});

async function roundTrip(echo: EchoServer): Promise<void> {
  const beside = await Client.connect(echo);
  beside.write("ping");
  await beside.reads("ping");
}

class EchoServer implements AsyncDisposable {
  received = "";
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      this.received += bytes.toString();
      socket.write(bytes);
    });
  });

  static async start(): Promise<EchoServer> {
    const echo = new EchoServer();
    echo.#server.listen(0, "127.0.0.1");
    await once(echo.#server, "listening");
    return echo;
  }

  get address(): string {
    return `tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

class Client {
  received = "";
  readonly ended: Promise<string>;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.ended = promise;
    socket.on("data", (bytes) => (this.received += bytes.toString()));
    socket.on("end", () => resolve("end"));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  }

  static async connect({ address }: { readonly address: string }): Promise<Client> {
    const socket = connect(Number(new URL(address).port), "127.0.0.1");
    await once(socket, "connect");
    return new Client(socket);
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  async reads(text: string): Promise<void> {
    while (this.received !== text) await once(this.#socket, "data");
  }
}
