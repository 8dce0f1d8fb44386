import type { Door } from "../../controller/azure/door.ts";
import type { Death } from "./plan.ts";

/** The end of an operator's process. */
export class OperatorKilled extends Error {
  override readonly name = "OperatorKilled";
}

/** What happens around the requests of an operator. */
export interface Fate {
  /** Whether the operator dies at this request, which is the next one. */
  readonly dies: () => Death["moment"] | undefined;
  readonly kill: () => void;
  /** Runs after each request that may have changed Azure, whatever its answer. */
  readonly written: (what: string) => Promise<void>;
}

const WRITES: ReadonlySet<string> = new Set([
  "updateIdentity",
  "putPolicy",
  "deletePolicy",
  "putAuthSettings",
  "createApplication",
  "updateApplication",
  "createServicePrincipal",
]);

/** The door of an operator that can be killed right before or right after a request. */
export function mortalDoor(door: Door, fate: Fate): Door {
  return {
    apiManagement: mortal(door.apiManagement, fate),
    webApps: mortal(door.webApps, fate),
    inventory: mortal(door.inventory, fate),
    entra: mortal(door.entra, fate),
    graph: mortal(door.graph, fate),
    traffic: mortal(door.traffic, fate),
  };
}

type Method = (...parameters: readonly unknown[]) => Promise<unknown>;

function mortal<Part extends object>(part: Part, fate: Fate): Part {
  const members = Object.entries(part).map(([name, member]: [string, unknown]) =>
    typeof member === "function" ? [name, around(name, member as Method, fate)] : [name, member],
  );
  return Object.fromEntries(members) as Part;
}

function around(name: string, method: Method, fate: Fate): Method {
  return async (...parameters) => {
    const moment = fate.dies();
    if (moment === "before it is sent") throw killed(fate);
    const answer = await settled(method(...parameters));
    if (WRITES.has(name)) await fate.written(name);
    if (moment === "after it was answered") throw killed(fate);
    if (answer.status === "rejected") throw answer.reason;
    return answer.value;
  };
}

function killed(fate: Fate): OperatorKilled {
  fate.kill();
  return new OperatorKilled();
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}
