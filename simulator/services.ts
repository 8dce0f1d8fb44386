import { LongRunningOperations } from "./arm/operations.ts";
import { ResourceManager } from "./arm/resource-manager.ts";
import { Clock } from "./clock.ts";
import { Faults } from "./control/faults.ts";
import { Portal } from "./control/portal.ts";
import { RequestLog } from "./control/request-log.ts";
import type { TrafficRecording } from "./control/traffic-recording.ts";
import { Entra } from "./entra/entra.ts";
import { Federation } from "./entra/federation.ts";
import { Issuer } from "./entra/issuer.ts";
import { MicrosoftGraph } from "./graph/microsoft-graph.ts";
import { DEFAULT_SETTINGS, type SimulatorSettings } from "./settings.ts";
import type { WorldSeed } from "./world/seed.ts";
import { World } from "./world/world.ts";

/** The parts of one simulator, wired, before anything listens. */
export interface Services {
  readonly world: World;
  readonly clock: Clock;
  readonly settings: SimulatorSettings;
  /** Filled in when they listen: `https://localhost:PORT`. */
  readonly endpoints: { arm: string; entra: string; graph: string };
  readonly issuer: Issuer;
  readonly federation: Federation;
  readonly entra: Entra;
  readonly resourceManager: ResourceManager;
  readonly graph: MicrosoftGraph;
  readonly log: RequestLog;
  readonly portal: Portal;
  readonly faults: Faults;
}

/**
 * Builds the world from its seed, and the services that work on it.
 *
 * @param traffic receives every exchange with ARM and Microsoft Graph.
 */
export async function createServices(
  seed: WorldSeed,
  overrides: Partial<SimulatorSettings>,
  traffic: TrafficRecording | undefined,
): Promise<Services> {
  const clock = new Clock();
  const settings: SimulatorSettings = { ...DEFAULT_SETTINGS, ...overrides };
  const world = new World(seed, clock);
  const endpoints = { arm: "", entra: "", graph: "" };
  const issuer = await Issuer.create(world.directory, clock, settings, {
    entra: () => endpoints.entra,
    ownAudiences: () => [endpoints.arm, endpoints.graph],
  });
  const federation = await Federation.create(clock);
  const operations = new LongRunningOperations(clock, settings);
  const resourceManager = new ResourceManager(
    { world, clock, settings, operations, address: () => endpoints.arm },
    issuer,
  );
  const graph = new MicrosoftGraph(
    { world, clock, settings, address: () => endpoints.graph },
    issuer,
  );
  const log = new RequestLog(clock, traffic);
  const portal = new Portal({ resourceManager, graph }, log, endpoints);
  return {
    world,
    clock,
    settings,
    endpoints,
    issuer,
    federation,
    entra: new Entra(issuer, federation, world.directory, clock),
    resourceManager,
    graph,
    log,
    portal,
    faults: new Faults((request) => portal.send(request)),
  };
}
