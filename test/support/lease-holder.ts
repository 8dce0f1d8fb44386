/**
 * A process that leads while it may, and says so to whoever listens: its identity, again and again, each
 * time right after it made sure. `node lease-holder.ts IDENTITY API_SERVER CA_FILE TOKEN PORT`
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { ApiClient } from "../../controller/kubernetes/api-client.ts";
import { SYSTEM_CLOCK } from "../../controller/kubernetes/clock.ts";
import { LeaderElector, NotLeader } from "../../controller/kubernetes/leader-elector.ts";
import { Transport } from "../../controller/kubernetes/transport.ts";

const [identity = "", server = "", caFile = "", token = "", port = ""] = process.argv.slice(2);
const credentials = {
  headers: { Authorization: `Bearer ${token}` },
  tls: { ca: readFileSync(caFile) },
};
const transport = new Transport({
  connection: {
    server,
    namespace: undefined,
    source: "a test",
    credentials: async () => credentials,
    forget: () => {},
  },
  userAgent: "lease-holder",
  clock: SYSTEM_CLOCK,
  random: Math.random,
});
const elector = new LeaderElector({
  client: new ApiClient(transport),
  lease: { namespace: "system", name: "operator" },
  identity,
  leaseDurationInMs: 3000,
  renewDeadlineInMs: 2000,
  retryPeriodInMs: 300,
  clock: SYSTEM_CLOCK,
  random: Math.random,
});
const listener = connect(Number(port), "127.0.0.1");
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());

try {
  await elector.run(stop.signal, async (lost) => {
    while (!stop.signal.aborted && !lost.aborted) {
      elector.assertLeader();
      // Nothing is awaited in between.
      listener.write(`${identity}\n`);
      await setTimeout(5);
    }
  });
} catch (error) {
  if (!(error instanceof NotLeader)) throw error;
  process.exitCode = 3;
} finally {
  listener.end();
  await transport.close();
}
