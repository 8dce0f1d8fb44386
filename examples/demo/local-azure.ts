import { readFile } from "node:fs/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { ControlClient } from "../../simulator/control/client.ts";
import { startSimulator, type Simulator } from "../../simulator/simulator.ts";

/** A local Azure and the way to play "someone in the portal" there. */
export interface LocalAzure extends Simulator {
  readonly control: ControlClient;
}

/** Starts the local Azure of the examples, and makes this process trust its certificates. */
export async function startLocalAzure(): Promise<LocalAzure> {
  const simulator = await startSimulator();
  setDefaultCACertificates([
    ...getCACertificates("default"),
    await readFile(simulator.caFile, "utf8"),
  ]);
  return { ...simulator, control: new ControlClient(simulator.addresses.control) };
}
