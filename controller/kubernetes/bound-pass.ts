import type { Clock } from "./clock.ts";

/** How work ended that was given a limit. */
export type Bounded<Value> = {
  /** It was signalled because its time was over. */
  readonly isTimeout: boolean;
  /** It was signalled because the process lets go of all work. */
  readonly isAbandoned: boolean;
} & (
  | { readonly kind: "returned"; readonly value: Value }
  | { readonly kind: "threw"; readonly error: unknown }
  /** It was signalled and does not end; `settled` resolves if it does after all. */
  | { readonly kind: "stuck"; readonly error: Error; readonly settled: Promise<unknown> }
);

export interface PassLimit {
  readonly clock: Clock;
  /** After so long the work is signalled to end, in milliseconds. */
  readonly limitInMs: number;
  /** So long after the signal it is waited for, in milliseconds. */
  readonly patienceInMs: number;
  /** Signals the work to end at once. */
  readonly abandon: AbortSignal;
}

/** A pass that took longer than a pass may. */
export class PassTimeout extends Error {
  override readonly name = "PassTimeout";
}

/** Does work for no longer than it may take; never throws. */
export async function boundPass<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  { clock, limitInMs, patienceInMs, abandon }: PassLimit,
): Promise<Bounded<Value>> {
  const cut = new AbortController();
  const over = new AbortController();
  const { promise: stuck, resolve: giveUp } = Promise.withResolvers<Error>();
  let isTimeout = false;

  const end = (reason: Error): void => {
    if (cut.signal.aborted || over.signal.aborted) return;
    cut.abort(reason);
    after(patienceInMs, () => giveUp(reason));
  };
  const after = (inMs: number, then: () => void): void => {
    clock.sleep(inMs, over.signal).then(then, () => {});
  };
  const onAbandon = () => end(abandon.reason as Error);

  after(limitInMs, () => {
    isTimeout = !cut.signal.aborted;
    end(new PassTimeout(`the pass did not end within ${limitInMs / 1000} s`));
  });
  abandon.addEventListener("abort", onAbandon, { once: true });
  if (abandon.aborted) onAbandon();

  const settled = settle(work, cut.signal);
  const outcome = await Promise.race([settled, stuck]);
  over.abort();
  abandon.removeEventListener("abort", onAbandon);
  const why = { isTimeout, isAbandoned: cut.signal.aborted && !isTimeout };
  if (!(outcome instanceof Error)) return { ...why, ...outcome };
  return { ...why, kind: "stuck", error: outcome, settled };
}

type Settled<Value> =
  | { readonly kind: "returned"; readonly value: Value }
  | { readonly kind: "threw"; readonly error: unknown };

async function settle<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  signal: AbortSignal,
): Promise<Settled<Value>> {
  try {
    return { kind: "returned", value: await work(signal) };
  } catch (error) {
    return { kind: "threw", error };
  }
}
