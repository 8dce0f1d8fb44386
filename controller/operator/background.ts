/** Does something again and again until it is disposed of. */
export function every(inMs: number, work: () => void): Disposable {
  const timer = setInterval(work, inMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** A signal that aborts so long after another has. */
export function abortedAfter(
  signal: AbortSignal,
  inMs: number,
): Disposable & { readonly signal: AbortSignal } {
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => later.abort(signal.reason), Math.max(inMs, 0));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    signal: later.signal,
    [Symbol.dispose]: () => {
      signal.removeEventListener("abort", onAbort);
      clearTimeout(timer);
    },
  };
}

/** Has work go on until it is disposed of, which waits for its end. */
export function inBackground(work: (until: AbortSignal) => Promise<void>): AsyncDisposable {
  const over = new AbortController();
  const working = work(over.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      over.abort();
      await working;
    },
  };
}
