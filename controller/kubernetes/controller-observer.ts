/** What a work queue tells of itself; with its gauges, enough for the `workqueue_*` metrics. */
export interface QueueObserver {
  /** A key became ready for a worker, and was not already. */
  queueAdded?(lane: Lane): void;
  /** A worker took a key that had been ready for so long. */
  queueTaken?(lane: Lane, waitedInMs: number): void;
  /** A worker gave a key back. */
  queueDone?(workedInMs: number): void;
  /** A key comes again after a back-off. */
  queueRetried?(): void;
}

/** Who waits for a key: a person, or nobody in particular. */
export type Lane = "user" | "sweep";

/** What a controller tells of its passes: enough for the `controller_runtime_*` metrics. */
export interface ControllerObserver extends QueueObserver {
  passStarted?(pass: PassIdentity): void;
  passEnded?(pass: EndedPass): void;
}

export interface PassIdentity {
  readonly key: string;
  /** Names this one pass in logs. */
  readonly reconcileId: string;
  /** 1, and one more for each failure in a row. */
  readonly attempt: number;
}

export interface EndedPass extends PassIdentity {
  /** As controller-runtime calls them; what comes at its interval is `requeue_after`. */
  readonly result: "success" | "error" | "requeue" | "requeue_after";
  readonly durationInMs: number;
  /** Why it failed. */
  readonly error?: unknown;
  /** The failure will be the same until the object changes: it is not tried again. */
  readonly isTerminal: boolean;
  /** It took longer than a pass may. */
  readonly isTimeout: boolean;
  /** It was cut off because the process stops; its failure is nobody's. */
  readonly isAbandoned: boolean;
  /** When it comes again, if nothing happens before. */
  readonly againInMs?: number | undefined;
}
