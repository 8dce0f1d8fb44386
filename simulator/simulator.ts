import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArmContext } from "./arm/call.ts";
import { LongRunningOperations } from "./arm/operations.ts";
import { ResourceManager } from "./arm/resource-manager.ts";
import { createCertificate, type Certificate } from "./certificate.ts";
import { Clock } from "./clock.ts";
import { ControlApi } from "./control/control-api.ts";
import { Faults, type PortalRequest } from "./control/faults.ts";
import { RequestLog } from "./control/request-log.ts";
import { Backend } from "./data-plane/backend.ts";
import { EasyAuth } from "./data-plane/easy-auth.ts";
import { FunctionHost } from "./data-plane/function-host.ts";
import { GatewayTokens } from "./data-plane/gateway-tokens.ts";
import { Gateway } from "./data-plane/gateway.ts";
import { PolicyRunner } from "./data-plane/policy-runner.ts";
import { Entra } from "./entra/entra.ts";
import { Federation } from "./entra/federation.ts";
import { Issuer } from "./entra/issuer.ts";
import { startListener, type CallHandler, type Listener } from "./http/listener.ts";
import type { Answer, IncomingCall, Trace } from "./http/message.ts";
import { DEFAULT_SETTINGS, type SimulatorSettings } from "./settings.ts";
import type { WorldSeed } from "./world/seed.ts";
import { functionAppUrl, World } from "./world/world.ts";

export interface SimulatorOptions {
  /** Members left out are the demonstration's. */
  readonly world?: WorldSeed;
  /** A throw-away one unless told. */
  readonly certificate?: Certificate;
  readonly settings?: Partial<SimulatorSettings>;
  /** Any free port unless told. */
  readonly controlPort?: number;
}

export interface SimulatorAddresses {
  readonly arm: string;
  readonly entra: string;
  readonly control: string;
  /** By service name. */
  readonly gateways: Readonly<Record<string, string>>;
  /** By site name. */
  readonly functionApps: Readonly<Record<string, string>>;
}

export interface Simulator extends AsyncDisposable {
  /** The environment variables that point a client of Azure here. */
  readonly variables: Readonly<Record<string, string>>;
  readonly addresses: SimulatorAddresses;
  /** The authority's certificate (PEM) that clients must trust. */
  readonly caFile: string;
  close(): Promise<void>;
}

/** Starts a local Azure: one HTTPS listener for each of its services, on free ports. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const folder = await mkdtemp(join(tmpdir(), "sfb-simulator-"));
  const certificate = options.certificate ?? (await createCertificate(folder));
  const assembly = await Assembly.create(options, certificate);
  try {
    const addresses = await assembly.open(options.controlPort ?? 0);
    const tokenFile = join(folder, "federated-token");
    await writeFile(tokenFile, await assembly.createAssertion(), { mode: 0o600 });
    const close = async (): Promise<void> => {
      await assembly.close();
      await rm(folder, { recursive: true, force: true });
    };
    return {
      variables: {
        AZURE_AUTHORITY_HOST: `${addresses.entra}/`,
        AZURE_TENANT_ID: assembly.world.tenantId,
        AZURE_CLIENT_ID: assembly.world.directory.operator.clientId,
        AZURE_FEDERATED_TOKEN_FILE: tokenFile,
        AZURE_RESOURCE_MANAGER_ENDPOINT: addresses.arm,
        AZURE_RESOURCE_MANAGER_AUDIENCE: addresses.arm,
        NODE_EXTRA_CA_CERTS: certificate.caFile,
      },
      addresses,
      caFile: certificate.caFile,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await assembly.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The parts of one running simulator, wired. */
class Assembly {
  readonly world: World;
  readonly #settings: SimulatorSettings;
  readonly #clock: Clock;
  readonly #certificate: Certificate;
  readonly #issuer: Issuer;
  readonly #entra: Entra;
  readonly #federation: Federation;
  readonly #resourceManager: ResourceManager;
  readonly #backend: Backend;
  readonly #log: RequestLog;
  readonly #faults: Faults;
  readonly #listeners: Listener[] = [];
  readonly #addresses: { arm: string; entra: string };

  private constructor(parts: {
    readonly world: World;
    readonly settings: SimulatorSettings;
    readonly clock: Clock;
    readonly certificate: Certificate;
    readonly issuer: Issuer;
    readonly federation: Federation;
    readonly backend: Backend;
    readonly addresses: { arm: string; entra: string };
  }) {
    this.world = parts.world;
    this.#settings = parts.settings;
    this.#clock = parts.clock;
    this.#certificate = parts.certificate;
    this.#issuer = parts.issuer;
    this.#federation = parts.federation;
    this.#backend = parts.backend;
    this.#addresses = parts.addresses;
    this.#log = new RequestLog(this.#clock);
    this.#faults = new Faults((request) => this.#portal(request));
    this.#entra = new Entra(parts.issuer, parts.federation, this.world.directory, this.#clock);
    const context: ArmContext = {
      world: this.world,
      clock: this.#clock,
      settings: this.#settings,
      operations: new LongRunningOperations(this.#clock, this.#settings),
      address: () => this.#addresses.arm,
    };
    this.#resourceManager = new ResourceManager(context, parts.issuer);
  }

  static async create(options: SimulatorOptions, certificate: Certificate): Promise<Assembly> {
    const clock = new Clock();
    const settings: SimulatorSettings = { ...DEFAULT_SETTINGS, ...options.settings };
    const world = new World(options.world ?? {}, clock);
    const addresses = { arm: "", entra: "" };
    const issuer = await Issuer.create(world.directory, clock, settings, {
      entra: () => addresses.entra,
      arm: () => addresses.arm,
    });
    return new Assembly({
      world,
      settings,
      clock,
      certificate,
      issuer,
      federation: await Federation.create(clock),
      backend: new Backend(await readFile(certificate.caFile, "utf8")),
      addresses,
    });
  }

  createAssertion(): Promise<string> {
    return this.#federation.createAssertion(this.#entra.clusterIssuer());
  }

  async open(controlPort: number): Promise<SimulatorAddresses> {
    const entra = await this.#listen("entra", (call, trace) => this.#entra.handle(call, trace));
    this.#addresses.entra = entra.url;
    const arm = await this.#listen("arm", (call, trace) =>
      this.#resourceManager.handle(call, trace),
    );
    this.#addresses.arm = arm.url;
    const functionApps = await this.#openFunctionApps();
    const gateways = await this.#openGateways();
    const control = await this.#openControl(controlPort);
    return { arm: arm.url, entra: entra.url, control: control.url, gateways, functionApps };
  }

  async close(): Promise<void> {
    this.#backend.close();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  async #openFunctionApps(): Promise<Record<string, string>> {
    const easyAuth = new EasyAuth(this.#issuer, this.world.directory);
    const addresses: Record<string, string> = {};
    for (const site of this.world.sites.values()) {
      const host = new FunctionHost(site, easyAuth);
      const listener = await this.#listen(site.name, (call, trace) => host.handle(call, trace));
      site.hostName = `localhost:${listener.port}`;
      addresses[site.name] = listener.url;
    }
    return addresses;
  }

  async #openGateways(): Promise<Record<string, string>> {
    const tokens = new GatewayTokens(this.#issuer, this.#clock, this.#settings);
    const runner = new PolicyRunner(tokens, this.#backend);
    const addresses: Record<string, string> = {};
    for (const service of this.world.services.values()) {
      const gateway = new Gateway(service, runner);
      const listener = await this.#listen(service.name, (call, trace) =>
        gateway.handle(call, trace),
      );
      service.gatewayUrl = listener.url;
      addresses[service.name] = listener.url;
      for (const api of service.apis.values()) this.#resolveServiceUrl(api.properties);
    }
    return addresses;
  }

  /** Function Apps are named in the seed; only now do they have addresses. */
  #resolveServiceUrl(properties: { serviceUrl: string }): void {
    const site = [...this.world.sites.values()].find(
      (one) => properties.serviceUrl === functionAppUrl(one.name),
    );
    if (site) properties.serviceUrl = `https://${site.hostName}/api`;
  }

  async #openControl(port: number): Promise<Listener> {
    const control = new ControlApi({
      world: this.world,
      clock: this.#clock,
      settings: this.#settings,
      issuer: this.#issuer,
      log: this.#log,
      faults: this.#faults,
      portal: (request) => this.#portal(request),
    });
    const listener = await startListener({
      name: "control",
      certificate: this.#certificate,
      handler: (call) => control.handle(call),
      port,
    });
    this.#listeners.push(listener);
    return listener;
  }

  async #listen(name: string, handler: CallHandler): Promise<Listener> {
    const listener = await startListener({
      name,
      certificate: this.#certificate,
      handler,
      recording: { log: this.#log, faults: this.#faults },
    });
    this.#listeners.push(listener);
    return listener;
  }

  async #portal(request: PortalRequest): Promise<Answer> {
    const call: IncomingCall = {
      method: request.method.toUpperCase(),
      url: new URL(request.path, this.#addresses.arm),
      headers: Object.fromEntries(
        Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      body: request.body === undefined ? "" : JSON.stringify(request.body),
      remoteAddress: "127.0.0.1",
    };
    const trace: Trace = { notes: [] };
    const record = this.#log.begin("arm", call);
    const answer = await this.#resourceManager.handleFromPortal(call, trace);
    record.end(trace, { answer });
    return answer;
  }
}
