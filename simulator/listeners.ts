import { readFile } from "node:fs/promises";
import type { Certificate } from "./certificate.ts";
import { ControlApi } from "./control/control-api.ts";
import { Backend } from "./data-plane/backend.ts";
import { EasyAuth } from "./data-plane/easy-auth.ts";
import { FunctionHost } from "./data-plane/function-host.ts";
import { GatewayTokens } from "./data-plane/gateway-tokens.ts";
import { Gateway } from "./data-plane/gateway.ts";
import { PolicyRunner } from "./data-plane/policy-runner.ts";
import { AddressBook } from "./http/address-book.ts";
import { startListener, type CallHandler, type Listener } from "./http/listener.ts";
import type { Services } from "./services.ts";
import { functionAppUrl } from "./world/world.ts";

export interface SimulatorAddresses {
  readonly arm: string;
  readonly entra: string;
  /** Microsoft Graph. */
  readonly graph: string;
  readonly control: string;
  /** By service name. */
  readonly gateways: Readonly<Record<string, string>>;
  /** By site name. */
  readonly functionApps: Readonly<Record<string, string>>;
}

/** Every listener of one simulator. */
export class Listeners {
  readonly #services: Services;
  readonly #certificate: Certificate;
  readonly #open: Listener[] = [];
  readonly #addresses = new AddressBook();
  #backend: Backend | undefined;

  constructor(services: Services, certificate: Certificate) {
    this.#services = services;
    this.#certificate = certificate;
  }

  /** Opens them in the order in which they need each other's addresses. */
  async open(controlPort: number): Promise<SimulatorAddresses> {
    const { entra, graph, resourceManager, endpoints } = this.#services;
    endpoints.entra = await this.#listen("entra", (call, trace) => entra.handle(call, trace));
    endpoints.arm = await this.#listen("arm", (call, trace) => resourceManager.handle(call, trace));
    endpoints.graph = await this.#listen("graph", (call, trace) => graph.handle(call, trace));
    const functionApps = await this.#openFunctionApps();
    const gateways = await this.#openGateways();
    const control = await this.#openControl(controlPort);
    return { ...endpoints, control, gateways, functionApps };
  }

  async close(): Promise<void> {
    this.#backend?.close();
    await Promise.all(this.#open.map((listener) => listener.close()));
  }

  async #openFunctionApps(): Promise<Record<string, string>> {
    const { issuer, world } = this.#services;
    const easyAuth = new EasyAuth(issuer, world.directory);
    const addresses: Record<string, string> = {};
    for (const site of world.sites.values()) {
      const host = new FunctionHost(site, easyAuth);
      const url = await this.#listen(site.name, (call, trace) => host.handle(call, trace));
      site.hostName = new URL(url).host;
      addresses[site.name] = url;
    }
    return addresses;
  }

  async #openGateways(): Promise<Record<string, string>> {
    const { issuer, clock, settings, world } = this.#services;
    this.#backend = new Backend(await readFile(this.#certificate.caFile, "utf8"), this.#addresses);
    const tokens = new GatewayTokens(issuer, clock, settings);
    const runner = new PolicyRunner(tokens, this.#backend);
    const addresses: Record<string, string> = {};
    for (const service of world.services.values()) {
      const gateway = new Gateway(service, runner);
      const url = await this.#listen(service.name, (call, trace) => gateway.handle(call, trace));
      service.gatewayUrl = url;
      addresses[service.name] = url;
      for (const { properties } of service.apis.values()) {
        properties.serviceUrl = this.#resolveUrl(properties.serviceUrl);
      }
      for (const backend of service.backends.values()) backend.url = this.#resolveUrl(backend.url);
    }
    return addresses;
  }

  /** Function Apps are named in the seed; only now do they have addresses. */
  #resolveUrl(url: string): string {
    const site = [...this.#services.world.sites.values()].find(
      (one) => url === functionAppUrl(one.name),
    );
    return site ? `https://${site.hostName}/api` : url;
  }

  async #openControl(port: number): Promise<string> {
    const control = new ControlApi(this.#services);
    const listener = await startListener({
      name: "control",
      certificate: this.#certificate,
      handler: (call) => control.handle(call),
      port,
    });
    this.#open.push(listener);
    return listener.url;
  }

  async #listen(name: string, handler: CallHandler): Promise<string> {
    const { log, faults } = this.#services;
    const listener = await startListener({
      name,
      certificate: this.#certificate,
      handler,
      addresses: this.#addresses,
      recording: { log, faults },
    });
    this.#open.push(listener);
    return listener.url;
  }
}
