import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { jsonAnswer, type Answer, type OperationFault } from "../http/message.ts";
import type { SimulatorSettings } from "../settings.ts";
import { ArmError, entityNotFound } from "./errors.ts";

interface LongRunningOperation {
  readonly endsAt: number;
  readonly fault: OperationFault | undefined;
  readonly succeed: () => void;
  readonly fail: () => void;
  readonly result: () => Answer;
  settled: boolean;
}

/** What a long-running operation does to its resource. */
export interface OperationEffects {
  /** Done once, when the operation has ended well. */
  readonly succeed: () => void;
  /** Done once, when it has ended badly. */
  readonly fail: () => void;
  /** The answer of the finished operation: the resource. */
  readonly result: () => Answer;
}

/** Operations that began with a 202 and are polled. */
export class LongRunningOperations {
  readonly #clock: Clock;
  readonly #settings: Readonly<SimulatorSettings>;
  readonly #operations = new Map<string, LongRunningOperation>();

  constructor(clock: Clock, settings: Readonly<SimulatorSettings>) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Begins an operation; its effects happen when time has passed and somebody looks. */
  begin(effects: OperationEffects, fault: OperationFault | undefined): string {
    const id = randomUUID();
    this.#operations.set(id, {
      ...effects,
      endsAt: this.#clock.now() + this.#settings.operationDurationInMs,
      fault,
      settled: false,
    });
    return id;
  }

  /** Ends the operations whose time has come. Called before every look at the world. */
  settle(): void {
    for (const operation of this.#operations.values()) {
      if (operation.settled || operation.endsAt > this.#clock.now()) continue;
      if (operation.fault?.kind === "never-ends") continue;
      operation.settled = true;
      if (operation.fault) operation.fail();
      else operation.succeed();
    }
  }

  /**
   * The older way of polling: 202 without a body, then the resource.
   *
   * @throws ArmError when the operation is unknown or has failed.
   */
  result(id: string, pollUrl: string): Answer {
    const operation = this.#find(id);
    if (!operation.settled)
      return { status: 202, headers: { location: pollUrl, ...this.retryAfter() } };
    if (operation.fault?.kind === "fails") {
      throw new ArmError(400, operation.fault.code, operation.fault.message, { details: null });
    }
    return operation.result();
  }

  /**
   * The newer way of polling: 200 with a status.
   *
   * @throws ArmError when the operation is unknown.
   */
  status(id: string): Answer {
    const operation = this.#find(id);
    if (!operation.settled) return jsonAnswer(200, { status: "InProgress" }, this.retryAfter());
    if (operation.fault?.kind === "fails") {
      const { code, message } = operation.fault;
      return jsonAnswer(200, { status: "Failed", error: { code, message } });
    }
    return jsonAnswer(200, { status: "Succeeded" });
  }

  retryAfter(): Record<string, string> {
    return { "retry-after": String(this.#settings.operationRetryAfterInSeconds) };
  }

  #find(id: string): LongRunningOperation {
    const operation = this.#operations.get(id);
    if (!operation) throw entityNotFound("Operation");
    return operation;
  }
}
