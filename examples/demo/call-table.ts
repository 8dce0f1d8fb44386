import type { Reply } from "./callers.ts";
import type { Scene } from "./scene.ts";

/** One call of the table: who calls, and what the reader should see come of it. */
export interface ExpectedCall {
  readonly caller: "stranger" | "intruder" | "customer";
  readonly status: number;
  /** Whether the function should see the caller's subscription key; only for calls that reach it. */
  readonly key?: boolean;
  /** Object id of the gateway's identity, where the function should see its token. */
  readonly gatewayPrincipal?: string | undefined;
}

const NAMES: Readonly<Record<ExpectedCall["caller"], string>> = {
  stranger: "anybody, directly",
  intruder: "another identity, directly",
  customer: "a customer, through the gateway",
};

/** Makes the calls, one after the other, and shows a line for each. */
export async function showCalls(
  { stage, callers }: Scene,
  calls: readonly ExpectedCall[],
): Promise<void> {
  stage.say(`        ${row("call", "answer", "the function saw")}`);
  for (const expected of calls) {
    const reply = await callers[expected.caller]();
    stage.check(
      row(NAMES[expected.caller], String(reply.status), describeSeen(reply, expected)),
      isAsExpected(reply, expected),
    );
  }
}

function row(caller: string, answer: string, seen: string): string {
  return `${caller.padEnd(33)}${answer.padEnd(8)}${seen}`;
}

function isAsExpected({ status, seen }: Reply, expected: ExpectedCall): boolean {
  if (status !== expected.status) return false;
  if (seen === undefined) return true;
  return (
    seen.subscriptionKey === (expected.key ?? false) && seen.tokenOf === expected.gatewayPrincipal
  );
}

function describeSeen({ seen }: Reply, { gatewayPrincipal }: ExpectedCall): string {
  if (seen === undefined) return "nothing";
  const { tokenOf, subscriptionKey } = seen;
  const isGateways = tokenOf !== undefined && tokenOf === gatewayPrincipal;
  const token = isGateways
    ? "the gateway's token"
    : `${tokenOf === undefined ? "no" : "another"} token`;
  return `${token}, ${subscriptionKey ? "the subscription key" : "no subscription key"}`;
}
