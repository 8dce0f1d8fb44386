import type { Clock } from "../clock.ts";
import type { Answer, IncomingCall, Principal } from "../http/message.ts";
import type { SimulatorSettings } from "../settings.ts";
import type { World } from "../world/world.ts";

/** What Microsoft Graph works with. */
export interface GraphContext {
  readonly world: World;
  readonly clock: Clock;
  readonly settings: Readonly<SimulatorSettings>;
  /** Graph's own address, without a slash at the end; also the audience of its tokens. */
  readonly address: () => string;
}

/** A request that Graph let through to a handler. */
export interface GraphCall extends GraphContext {
  readonly http: IncomingCall;
  readonly principal: Principal;
  /** Which object the path names; absent for a whole collection. */
  readonly key: GraphKey | undefined;
  /** The parsed body; `undefined` when there is none or it is no JSON. */
  readonly body: unknown;
}

/** `/applications/{id}`, or `/applications(name='value')` by an alternate key. */
export interface GraphKey {
  readonly name: string;
  readonly value: string;
}

export type GraphHandler = (call: GraphCall) => Answer;
