import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CERTIFICATE_FILES, type Certificate } from "../../simulator/certificate.ts";
import { ControlClient } from "../../simulator/control/client.ts";
import {
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from "../../simulator/simulator.ts";

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

async function readTestCertificate(): Promise<Certificate> {
  const folder = process.env["SFB_TEST_CERTIFICATES"];
  if (folder === undefined) {
    throw new Error("SFB_TEST_CERTIFICATES is not set: run under Vitest, whose global setup does.");
  }
  const [cert, key] = await Promise.all(
    [CERTIFICATE_FILES.cert, CERTIFICATE_FILES.key].map((name) =>
      readFile(join(folder, name), "utf8"),
    ),
  );
  return { cert: cert ?? "", key: key ?? "", caFile: join(folder, CERTIFICATE_FILES.ca) };
}
