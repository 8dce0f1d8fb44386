import { readFile } from "node:fs/promises";
import { readConfig } from "../../controller/config.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { startTestSimulator } from "../support/simulator.ts";

/** Where the live suite runs: a subscription that variables name, otherwise the local Azure. */
export interface LiveSurroundings extends AsyncDisposable {
  readonly kind: "a real subscription" | "the local Azure";
  readonly operator: TestOperator;
  /** How long a change may take to be seen, in milliseconds. */
  readonly settleTimeInMs: number;
}

/** The manifest of the pair that the suite may close and open again; `npm run live` demands it. */
export const LIVE_MANIFEST = process.env["SFB_LIVE_MANIFEST"];

/**
 * Without `SFB_LIVE_MANIFEST` the suite runs on the local Azure, so that it is known to work when
 * somebody has a subscription for it.
 */
export async function liveSurroundings(): Promise<LiveSurroundings> {
  if (LIVE_MANIFEST === undefined) {
    const azure = await startTestSimulator();
    return {
      kind: "the local Azure",
      operator: new TestOperator(azure),
      settleTimeInMs: 1000,
      [Symbol.asyncDispose]: () => azure.close(),
    };
  }
  const object = backend({}, await readFile(LIVE_MANIFEST, "utf8"));
  const { azure, settleTimeInMs } = readConfig({});
  return {
    kind: "a real subscription",
    operator: new TestOperator({ variables: {} }, object, azure),
    settleTimeInMs,
    [Symbol.asyncDispose]: async () => {},
  };
}
