import { setTimeout as delay } from "node:timers/promises";
import type { Answer, IncomingCall, OperationFault, Trace } from "../http/message.ts";

/** Someone else's request to ARM or Microsoft Graph, made as if in the portal. */
export interface PortalRequest {
  readonly method: string;
  /** Path and query; below `/v1.0/` it goes to Microsoft Graph, else to ARM. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What goes wrong; exactly one member. */
export type Fault =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  | { readonly delayInMs: number }
  /** The request is read and never answered. */
  | { readonly hang: true }
  /** The connection ends: in mid-answer with `applyWrite`, else before any answer. */
  | { readonly cut: true }
  /** The long-running operation that the request begins does not succeed. */
  | { readonly operation: OperationFault }
  /** Somebody writes just before the request is handled: ETags move between read and write. */
  | { readonly intrude: PortalRequest };

/** Which requests a fault meets; absent members match everything. */
export interface FaultMatch {
  readonly listener?: string;
  readonly method?: string;
  /** A regular expression, tried on path and query, letter case ignored. */
  readonly path?: string;
}

export interface FaultOrder {
  readonly match: FaultMatch;
  /** How often it strikes; 1 unless told. */
  readonly times?: number;
  /** How many matching requests it lets pass first; 0 unless told. */
  readonly after?: number;
  readonly fault: Fault;
  /** Whether the service does the work before the fault hides its answer. */
  readonly applyWrite?: boolean;
}

/** What becomes of a request: an answer, or none. */
export type Disturbed =
  | {
      readonly answer: Answer;
      readonly cutInMidAnswer?: boolean;
      /** Whether the fault made the answer up. */
      readonly isInjected?: boolean;
    }
  | "hang"
  | "cut";

interface PendingFault {
  readonly order: FaultOrder;
  remaining: number;
  toLetPass: number;
}

/** Faults that wait for their requests. */
export class Faults {
  #pending: PendingFault[] = [];
  readonly #intrude: (request: PortalRequest) => Promise<Answer>;

  /** @param intrude makes a request to ARM as someone in the portal. */
  constructor(intrude: (request: PortalRequest) => Promise<Answer>) {
    this.#intrude = intrude;
  }

  /** @throws SyntaxError when the path is no regular expression. */
  add(order: FaultOrder): void {
    if (order.match.path !== undefined) RegExp(order.match.path, "iu");
    this.#pending.push({ order, remaining: order.times ?? 1, toLetPass: order.after ?? 0 });
  }

  clear(): void {
    this.#pending = [];
  }

  list(): readonly FaultOrder[] {
    return this.#pending.map((pending) => ({ ...pending.order, times: pending.remaining }));
  }

  /** Lets the service answer, unless a fault strikes this request. */
  async disturb(
    listener: string,
    call: IncomingCall,
    trace: Trace,
    closing: AbortSignal,
    serve: () => Promise<Answer>,
  ): Promise<Disturbed> {
    const order = this.#take(listener, call);
    if (order === undefined) return { answer: await serve() };
    const { fault, applyWrite = false } = order;
    trace.notes.push(`fault: ${JSON.stringify(fault)}`);
    if ("delayInMs" in fault) {
      await delay(fault.delayInMs, undefined, { signal: closing }).catch(() => undefined);
      return { answer: await serve() };
    }
    if ("intrude" in fault) {
      await this.#intrude(fault.intrude);
      return { answer: await serve() };
    }
    if ("operation" in fault) {
      trace.operationFault = fault.operation;
      return { answer: await serve() };
    }
    const served = applyWrite ? await serve() : undefined;
    if ("hang" in fault) return "hang";
    if ("cut" in fault) return served ? { answer: served, cutInMidAnswer: true } : "cut";
    return { answer: faultAnswer(fault), isInjected: true };
  }

  #take(listener: string, call: IncomingCall): FaultOrder | undefined {
    for (const pending of this.#pending) {
      if (!matches(pending.order.match, listener, call)) continue;
      if (pending.toLetPass > 0) {
        pending.toLetPass -= 1;
        continue;
      }
      pending.remaining -= 1;
      if (pending.remaining <= 0) this.#pending = this.#pending.filter((one) => one !== pending);
      return pending.order;
    }
    return undefined;
  }
}

function matches(match: FaultMatch, listener: string, call: IncomingCall): boolean {
  const target = `${call.url.pathname}${call.url.search}`;
  return (
    (match.listener === undefined || match.listener === listener) &&
    (match.method === undefined || match.method.toUpperCase() === call.method) &&
    (match.path === undefined || RegExp(match.path, "iu").test(target))
  );
}

function faultAnswer(fault: Extract<Fault, { status: number }>): Answer {
  const text = typeof fault.body === "string" ? fault.body : JSON.stringify(fault.body ?? "");
  return {
    status: fault.status,
    headers: { "content-type": "application/json; charset=utf-8", ...fault.headers },
    ...(fault.body !== undefined && { body: text }),
  };
}
