import type { Clock } from "../clock.ts";
import type { Answer, IncomingCall, Principal, Trace } from "../http/message.ts";
import type { SimulatorSettings } from "../settings.ts";
import type { World } from "../world/world.ts";
import type { LongRunningOperations } from "./operations.ts";

/** What the handlers of ARM resources work with. */
export interface ArmContext {
  readonly world: World;
  readonly clock: Clock;
  readonly settings: Readonly<SimulatorSettings>;
  readonly operations: LongRunningOperations;
  /** ARM's own address, without a slash at the end. */
  readonly address: () => string;
}

/** A request that ARM let through to a resource. */
export interface ArmCall extends ArmContext {
  readonly http: IncomingCall;
  readonly trace: Trace;
  readonly principal: Principal;
  /** The variable parts of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  /** The parsed body; `undefined` when there is none or it is no JSON. */
  readonly body: unknown;
}

export type ArmHandler = (call: ArmCall) => Answer | Promise<Answer>;

/** One kind of request that ARM knows. */
export interface ArmRoute {
  readonly method: string;
  /** Path with `{name}` for variable segments; letter case of the rest is ignored. */
  readonly pattern: string;
  /** The RBAC action it needs. */
  readonly action: string;
  readonly handler: ArmHandler;
}

/** A variable part of the path that the route's pattern guarantees. */
export function parameter(call: ArmCall, name: string): string {
  const value = call.parameters[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}.`);
  return value;
}
