import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test, vi } from "vitest";
import { FakeApiServer } from "../../test/support/fake-api-server.ts";

const HOLDER = join(import.meta.dirname, "../../test/support/lease-holder.ts");
/** Longer than the lease of the holders, on a slow machine as well. */
const PATIENCE = { timeout: 25_000, interval: 20 };

/** Writes down what the holders say, in the order in which it arrives. */
async function listen() {
  const said: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    createInterface({ input: socket }).on("line", (line) => said.push(line));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { said, port, [Symbol.dispose]: () => server.close() };
}

function start(identity: string, api: FakeApiServer, port: number) {
  const [token = ""] = api.tokens;
  const args = [HOLDER, identity, api.address, api.caFile, token, `${port}`];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: "inherit" });
  const ended = once(child, "exit") as Promise<[number | null, string | null]>;
  return { child, ended, [Symbol.dispose]: () => child.kill("SIGKILL") };
}

async function untilSaid(said: readonly string[], identity: string, from = 0): Promise<void> {
  await vi.waitFor(() => expect(said.slice(from)).toContain(identity), PATIENCE);
}

test("a leader that was frozen says nothing more when it wakes, and ends", async () => {
  await using api = await FakeApiServer.start();
  using listener = await listen();
  const { said, port } = listener;
  using frozen = start("frozen", api, port);
  await untilSaid(said, "frozen");
  using other = start("other", api, port);
  frozen.child.kill("SIGSTOP");

  await untilSaid(said, "other");
  const woken = said.length;
  frozen.child.kill("SIGCONT");
  const [code] = await frozen.ended;
  await untilSaid(said, "other", said.length);

  expect(code).toBe(3);
  expect(new Set(said.slice(said.indexOf("other")))).toEqual(new Set(["other"]));
  expect(said.length).toBeGreaterThan(woken);
  other.child.kill("SIGTERM");
  expect(await other.ended).toEqual([0, null]);
});

test("the next one leads after a leader was killed, or asked to stop", async () => {
  await using api = await FakeApiServer.start();
  using listener = await listen();
  const { said, port } = listener;
  using killed = start("killed", api, port);
  await untilSaid(said, "killed");
  using second = start("second", api, port);
  killed.child.kill("SIGKILL");
  await untilSaid(said, "second");
  using third = start("third", api, port);
  second.child.kill("SIGTERM");
  expect(await second.ended).toEqual([0, null]);
  await untilSaid(said, "third");
  expect(third.child.exitCode).toBeNull();

  const order = said.filter((identity, index) => identity !== said[index - 1]);
  expect(order).toEqual(["killed", "second", "third"]);
});
