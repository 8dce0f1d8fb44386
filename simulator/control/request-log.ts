import type { Clock } from "../clock.ts";
import type { Disturbed } from "./faults.ts";
import { isRecorded, type TrafficRecording } from "./traffic-recording.ts";
import type { IncomingCall, Principal, Trace } from "../http/message.ts";

/** One request that reached a listener, or that someone made in the portal. */
export interface RequestRecord {
  /** Counts from 1 over all listeners. */
  readonly sequence: number;
  /** ISO 8601. */
  readonly time: string;
  /** `arm`, `entra`, or the name of a gateway or a Function App. */
  readonly listener: string;
  readonly method: string;
  /** Path and query; values of subscription keys are masked. */
  readonly url: string;
  /** Absent while in flight, and when the connection was cut or left hanging. */
  readonly status?: number;
  /** What the caller says of itself: its `User-Agent`. */
  readonly userAgent?: string;
  /** Who called, when a token said so. */
  readonly principal?: Principal;
  /** Sequence numbers of the requests that were in flight when this one came. */
  readonly overlaps: readonly number[];
  /** What the service has to remark: an unknown policy statement, a fault, an internal error. */
  readonly notes: readonly string[];
  /** Bodies of ARM calls only, app settings left out: nothing else there is secret. */
  readonly requestBody?: string;
  readonly responseBody?: string;
}

/** Ends the record of a request that was begun. */
export interface OpenRecord {
  end(trace: Trace, outcome: Disturbed): void;
}

const KEPT_RECORDS = 20_000;
const KEY_IN_QUERY = /([?&][^=&]*key[^=&]*=)[^&]*/giu;

/** Every request the simulator got, in order. */
export class RequestLog {
  readonly #clock: Clock;
  readonly #traffic: TrafficRecording | undefined;
  readonly #inFlight = new Set<number>();
  #records: RequestRecord[] = [];
  #sequence = 0;

  /** @param traffic also gets every exchange with ARM and Microsoft Graph. */
  constructor(clock: Clock, traffic?: TrafficRecording) {
    this.#clock = clock;
    this.#traffic = traffic;
  }

  list(): readonly RequestRecord[] {
    return this.#records;
  }

  clear(): void {
    this.#records = [];
  }

  begin(listener: string, call: IncomingCall): OpenRecord {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const opened: RequestRecord = {
      sequence,
      time: new Date(this.#clock.now()).toISOString(),
      listener,
      method: call.method,
      url: `${call.url.pathname}${call.url.search}`.replace(KEY_IN_QUERY, "$1***"),
      ...(call.headers["user-agent"] !== undefined && { userAgent: call.headers["user-agent"] }),
      overlaps: [...this.#inFlight],
      notes: [],
    };
    this.#inFlight.add(sequence);
    this.#records.push(opened);
    if (this.#records.length > KEPT_RECORDS) this.#records.shift();
    return {
      end: (trace, outcome) => {
        this.#inFlight.delete(sequence);
        this.#replace(opened, complete(opened, call, trace, outcome));
        if (isRecorded(listener)) this.#traffic?.add(listener, call, trace, outcome);
      },
    };
  }

  #replace(opened: RequestRecord, ended: RequestRecord): void {
    const index = this.#records.indexOf(opened);
    if (index >= 0) this.#records[index] = ended;
  }
}

function complete(
  opened: RequestRecord,
  call: IncomingCall,
  trace: Trace,
  outcome: Disturbed,
): RequestRecord {
  const answer = typeof outcome === "string" ? undefined : outcome.answer;
  const isArm = opened.listener === "arm" && !/\/config\/appsettings/iu.test(opened.url);
  return {
    ...opened,
    ...(answer && { status: answer.status }),
    ...(trace.principal && { principal: trace.principal }),
    notes: trace.notes,
    ...(isArm && call.body !== "" && { requestBody: call.body }),
    ...(isArm && answer?.body !== undefined && { responseBody: answer.body }),
  };
}
