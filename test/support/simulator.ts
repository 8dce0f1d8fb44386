import { ControlClient } from "../../simulator/control/client.ts";
import {
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from "../../simulator/simulator.ts";
import { readTestCertificate } from "./test-certificate.ts";

/** A running local Azure, with a client of its control API. */
export interface TestSimulator extends Simulator {
  readonly control: ControlClient;
}

/**
 * Starts a local Azure with the certificate that this run's workers trust.
 *
 * Hold it with `await using`, or call `close`.
 */
export async function startTestSimulator(
  options: Omit<SimulatorOptions, "certificate"> = {},
): Promise<TestSimulator> {
  const simulator = await startSimulator({ ...options, certificate: await readTestCertificate() });
  return { ...simulator, control: new ControlClient(simulator.addresses.control) };
}
