import { join } from "node:path";
import { binary } from "./binaries.ts";
import { freePorts } from "./free-port.ts";
import { Service } from "./service.ts";

/** A running etcd, and where it answers. */
export interface Etcd {
  readonly service: Service;
  readonly address: string;
}

/** Starts etcd with an empty store in `folder`. It does not wait for the disk: nothing in it is to be kept. */
export async function startEtcd(folder: string, flags: readonly string[] = []): Promise<Etcd> {
  const [clientPort, peerPort] = await freePorts(2);
  const address = `http://127.0.0.1:${clientPort}`;
  const service = await Service.start({
    program: binary("etcd"),
    flags: [
      `--data-dir=${join(folder, "etcd")}`,
      `--listen-client-urls=${address}`,
      `--advertise-client-urls=${address}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      "--unsafe-no-fsync=true",
      ...flags,
    ],
    logFile: join(folder, "etcd.log"),
    isReady: async () => (await fetch(`${address}/health`)).ok,
  });
  return { service, address };
}
