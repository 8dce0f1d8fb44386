import {
  isObject,
  jsonAnswer,
  parseJson,
  type Answer,
  type IncomingCall,
} from "../http/message.ts";
import type { SimulatorSettings } from "../settings.ts";
import type { Clock } from "../clock.ts";
import type { Issuer, TokenOverrides } from "../entra/issuer.ts";
import type { World } from "../world/world.ts";
import type { FaultOrder, Faults, PortalRequest } from "./faults.ts";
import { changeAddresses, portalV1Authentication, recreateIdentity } from "./portal-actions.ts";
import type { Portal } from "./portal.ts";
import type { RequestLog } from "./request-log.ts";
import { listSecrets } from "./secrets.ts";
import { describeWorld } from "./world-view.ts";

/** What the control API steers. */
export interface ControlTargets {
  readonly world: World;
  readonly clock: Clock;
  readonly settings: SimulatorSettings;
  readonly issuer: Issuer;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly portal: Portal;
}

/** Asks for a token of any identity of the tenant. */
export interface TokenOrder extends TokenOverrides {
  readonly clientId: string;
  /** A client id, an identifier URI, or ARM's audience. */
  readonly resource: string;
}

/** How tests and demonstrations see and disturb the simulator. */
export class ControlApi {
  readonly #targets: ControlTargets;

  constructor(targets: ControlTargets) {
    this.#targets = targets;
  }

  async handle(call: IncomingCall): Promise<Answer> {
    try {
      return await this.#route(call);
    } catch (error) {
      return jsonAnswer(400, { message: error instanceof Error ? error.message : String(error) });
    }
  }

  async #route(call: IncomingCall): Promise<Answer> {
    const { log, faults, clock, issuer } = this.#targets;
    switch (`${call.method} ${call.url.pathname}`) {
      case "GET /requests":
        return jsonAnswer(200, log.list());
      case "DELETE /requests":
        log.clear();
        return { status: 204 };
      case "GET /faults":
        return jsonAnswer(200, faults.list());
      case "POST /faults":
        faults.add(bodyOf(call, "match", "fault") as FaultOrder);
        return { status: 204 };
      case "DELETE /faults":
        faults.clear();
        return { status: 204 };
      case "POST /portal":
        return this.#portal(bodyOf(call, "method", "path") as PortalRequest);
      case "POST /portal/recreate-identity":
        recreateIdentity(
          this.#targets.world,
          (bodyOf(call, "service") as { service: string }).service,
        );
        return { status: 204 };
      case "POST /portal/addresses":
        return this.#changeAddresses(
          bodyOf(call, "service", "addresses") as { service: string; addresses: string[] },
        );
      case "POST /portal/v1-auth":
        portalV1Authentication(this.#targets, (bodyOf(call, "site") as { site: string }).site);
        return { status: 204 };
      case "POST /settings":
        Object.assign(this.#targets.settings, bodyOf(call) as Partial<SimulatorSettings>);
        return jsonAnswer(200, this.#targets.settings);
      case "POST /world":
        return this.#changeWorld(bodyOf(call));
      case "GET /world":
        return jsonAnswer(200, describeWorld(this.#targets.world));
      case "GET /secrets":
        return jsonAnswer(200, listSecrets(this.#targets));
      case "POST /tokens":
        return this.#token(bodyOf(call, "clientId", "resource") as TokenOrder);
      case "POST /clock":
        clock.advance((bodyOf(call, "advanceInMs") as { advanceInMs: number }).advanceInMs);
        return jsonAnswer(200, { now: new Date(clock.now()).toISOString() });
      case "POST /keys/rotate":
        await issuer.rotateKeys();
        return { status: 204 };
      default:
        return jsonAnswer(404, {
          message: `The control API has no ${call.method} ${call.url.pathname}.`,
        });
    }
  }

  #changeAddresses({ service, addresses }: { service: string; addresses: string[] }): Answer {
    changeAddresses(this.#targets.world, service, addresses);
    return { status: 204 };
  }

  async #portal(request: PortalRequest): Promise<Answer> {
    const { status, headers, body } = await this.#targets.portal.send(request);
    return jsonAnswer(200, { status, headers, body: parseJson(body ?? "") ?? body });
  }

  #changeWorld(change: WorldChange): Answer {
    const { world } = this.#targets;
    if (change.locks) world.locks = change.locks;
    if (change.policyDenials) world.policyDenials = change.policyDenials;
    if (change.deniedActions) world.deniedActions = change.deniedActions;
    if (change.graphPermissions) world.graphPermissions = change.graphPermissions;
    for (const registration of change.registrations ?? []) world.directory.register(registration);
    return jsonAnswer(200, describeWorld(world));
  }

  async #token(order: TokenOrder): Promise<Answer> {
    const { world, issuer } = this.#targets;
    const principal = world.directory.principal(order.clientId);
    if (!principal) throw new Error(`The tenant has no identity ${order.clientId}.`);
    return jsonAnswer(200, await issuer.issue(principal, order.resource, order));
  }
}

/** What may change in a running world besides ARM's resources. */
export interface WorldChange {
  readonly locks?: World["locks"];
  readonly policyDenials?: World["policyDenials"];
  readonly deniedActions?: World["deniedActions"];
  readonly graphPermissions?: World["graphPermissions"];
  /** Added, or replaced by client id. */
  readonly registrations?: readonly Parameters<World["directory"]["register"]>[0][];
}

function bodyOf(call: IncomingCall, ...required: readonly string[]): object {
  const body = parseJson(call.body);
  if (!isObject(body)) throw new Error("The body is not a JSON object.");
  for (const name of required) {
    if (body[name] === undefined) throw new Error(`The body needs the member '${name}'.`);
  }
  return body;
}
