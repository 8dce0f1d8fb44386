import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificate, type Certificate } from "./certificate.ts";
import { TrafficRecording } from "./control/traffic-recording.ts";
import { Listeners, type SimulatorAddresses } from "./listeners.ts";
import { createServices } from "./services.ts";
import type { SimulatorSettings } from "./settings.ts";
import type { WorldSeed } from "./world/seed.ts";

export interface SimulatorOptions {
  /** Members left out are the demonstration's. */
  readonly world?: WorldSeed;
  /** A throw-away one unless told. */
  readonly certificate?: Certificate;
  readonly settings?: Partial<SimulatorSettings>;
  /** Any free port unless told. */
  readonly controlPort?: number;
  /**
   * A folder that gets the exchanges with ARM and Graph when the simulator closes. Unless told, the one named
   * by the environment variable `SFB_RECORD_TRAFFIC`; without both, or with `false`, nothing is written.
   */
  readonly recordTrafficIn?: string | false;
}

export interface Simulator extends AsyncDisposable {
  /** The environment variables that point a client of Azure here. */
  readonly variables: Readonly<Record<string, string>>;
  readonly addresses: SimulatorAddresses;
  /** The authority's certificate (PEM) that clients must trust. */
  readonly caFile: string;
  close(): Promise<void>;
}

/**
 * Starts a local Azure: one HTTPS listener for each of its services, on free ports.
 *
 * @throws Error when the control port is taken; nothing is left open then.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const folder = await mkdtemp(join(tmpdir(), "sfb-simulator-"));
  const certificate = options.certificate ?? (await createCertificate(folder));
  const trafficFolder = options.recordTrafficIn ?? process.env["SFB_RECORD_TRAFFIC"];
  const traffic =
    typeof trafficFolder === "string" ? new TrafficRecording(trafficFolder) : undefined;
  const services = await createServices(options.world ?? {}, options.settings ?? {}, traffic);
  const listeners = new Listeners(services, certificate);
  const close = async (): Promise<void> => {
    await listeners.close();
    await traffic?.save();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const addresses = await listeners.open(options.controlPort ?? 0);
    const tokenFile = join(folder, "federated-token");
    const assertion = await services.federation.createAssertion(services.entra.clusterIssuer());
    await writeFile(tokenFile, assertion, { mode: 0o600 });
    const { world } = services;
    return {
      variables: {
        AZURE_AUTHORITY_HOST: `${addresses.entra}/`,
        AZURE_TENANT_ID: world.tenantId,
        AZURE_CLIENT_ID: world.directory.operator.clientId,
        AZURE_FEDERATED_TOKEN_FILE: tokenFile,
        AZURE_RESOURCE_MANAGER_ENDPOINT: addresses.arm,
        AZURE_RESOURCE_MANAGER_AUDIENCE: addresses.arm,
        AZURE_GRAPH_ENDPOINT: addresses.graph,
        NODE_EXTRA_CA_CERTS: certificate.caFile,
      },
      addresses,
      caFile: certificate.caFile,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
