import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A connection through the proxy: the side of the client, and that of the server. */
interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * A TCP proxy that plays what networks do to connections. It stands on a free port of 127.0.0.1, so that
 * certificates for that address hold for it too.
 */
export class Proxy implements AsyncDisposable {
  readonly #target: URL;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #isFrozen = false;
  #swallows = false;
  #port = 0;
  #accepted = 0;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#accept(near));
  }

  /** @param target such as `https://127.0.0.1:6443`. */
  static async start(target: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(target));
    await proxy.#listen();
    return proxy;
  }

  /** The target's address with the port of the proxy. */
  get address(): string {
    return `${this.#target.protocol}//127.0.0.1:${this.#port}`;
  }

  /** How many connections there were so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** How many connections there are now. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Ends every connection in order: both sides read the end of the stream. */
  cut(): void {
    for (const { near, far } of this.#pairs) {
      near.end();
      far.end();
    }
  }

  /** Ends every connection with a reset, as a crashed machine's kernel does once it is back. */
  reset(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Holds back all bytes, also of new connections; nothing is lost. */
  freeze(): void {
    this.#isFrozen = true;
    for (const pair of this.#pairs) this.#flow(pair);
  }

  /** Takes all bytes and passes none on, as behind a load balancer that lost its server: nothing is ever answered. */
  swallow(): void {
    this.#swallows = true;
  }

  /** Turns new connections away; those that are open stay. */
  refuse(): void {
    this.#server.close();
  }

  /** Lets bytes pass and connections in again. What was swallowed is lost, so those connections are reset. */
  async mend(): Promise<void> {
    if (this.#swallows) this.reset();
    this.#swallows = false;
    this.#isFrozen = false;
    for (const pair of this.#pairs) this.#flow(pair);
    if (!this.#server.listening) await this.#listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, "close") : undefined;
    this.#server.close();
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    await closed;
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #accept(near: Socket): void {
    this.#accepted += 1;
    const far = connect({
      host: this.#target.hostname,
      port: Number(this.#target.port),
      allowHalfOpen: true,
    });
    const pair = { near, far };
    this.#pairs.add(pair);
    this.#pass(near, far);
    this.#pass(far, near);
    this.#flow(pair);
  }

  #pass(from: Socket, to: Socket): void {
    from.on("data", (bytes) => {
      if (this.#swallows) return;
      if (!to.write(bytes)) from.pause();
    });
    to.on("drain", () => this.#isFrozen || from.resume());
    from.on("end", () => this.#swallows || to.end());
    from.on("error", () => to.resetAndDestroy());
    from.on("close", () => {
      for (const pair of this.#pairs) {
        if (pair.near === from || pair.far === from) this.#pairs.delete(pair);
      }
      if (!this.#swallows) to.destroySoon();
    });
  }

  #flow({ near, far }: Pair): void {
    for (const socket of [near, far]) {
      if (this.#isFrozen) socket.pause();
      else socket.resume();
    }
  }
}
