import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { SYSTEM_CLOCK } from "../../controller/kubernetes/clock.ts";
import { Reflector } from "../../controller/kubernetes/reflector.ts";
import { Store } from "../../controller/kubernetes/store.ts";
import { connectTo } from "../support/fake-api-client.ts";

const OBJECTS = 10_000;
const THINGS = {
  group: "example.com",
  version: "v1",
  plural: "things",
  kind: "Thing",
  isNamespaced: true,
};
/** An object in memory may take so much of what it takes on the wire, since a good part is dropped. */
const MOST_MEMORY = 0.8;
/** Pages may hold up everything else for so much of the time that one answer does. */
const LONGEST_BLOCK = 0.5;

test(`a list of ${OBJECTS} objects`, async () => {
  using server = await startServer();
  const { client, transport } = connectTo(server);
  const store = new Store({ name: "things", onHandlerError: () => undefined });
  let pages = 0;
  const reflector = new Reflector({
    client: {
      list: async (...asked) => {
        pages += 1;
        return await client.list(...asked);
      },
      watch: async (...asked) => await client.watch(...asked),
    },
    resource: THINGS,
    store,
    clock: SYSTEM_CLOCK,
    random: Math.random,
  });
  const stop = new AbortController();
  await client.list(THINGS, { limit: 1 });
  const before = heapInBytes();
  let running = Promise.resolve();
  const paged = await longestBlockInMs(async () => {
    running = reflector.run(stop.signal);
    await store.whenSynced(stop.signal);
  });
  const held = heapInBytes() - before;
  let items: readonly unknown[] = [];
  const whole = await longestBlockInMs(async () => {
    ({ items } = await client.list(THINGS));
  });
  const wire = JSON.stringify(items).length;
  stop.abort();
  await running;
  await transport.close();

  console.log(`pages: ${pages}`);
  console.log(`longest block: ${paged.toFixed()} ms by pages, ${whole.toFixed()} ms at once`);
  console.log(
    `per object: ${(held / OBJECTS).toFixed()} bytes kept, ${wire / OBJECTS} on the wire`,
  );
  expect(store.size).toBe(OBJECTS);
  expect(pages).toBe(OBJECTS / 500);
  expect(held / wire).toBeLessThan(MOST_MEMORY);
  expect(paged / whole).toBeLessThan(LONGEST_BLOCK);
});

/** In a process of its own, so that what is measured is the client. */
async function startServer() {
  const script = join(import.meta.dirname, "../support/api-server-process.ts");
  const child = fork(script, [String(OBJECTS)], { execArgv: [] });
  const [told] = (await once(child, "message")) as [
    { address: string; caFile: string; tokens: string[] },
  ];
  return { ...told, [Symbol.dispose]: () => child.kill() };
}

async function longestBlockInMs(act: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await act();
  // A block is counted when the timer behind it fires.
  await setTimeout(50);
  delay.disable();
  return delay.max / 1e6;
}

function heapInBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
