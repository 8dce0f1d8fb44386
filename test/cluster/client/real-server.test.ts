import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { ApiClient } from "../../../controller/kubernetes/api-client.ts";
import { SYSTEM_CLOCK } from "../../../controller/kubernetes/clock.ts";
import { connect } from "../../../controller/kubernetes/connect.ts";
import { Transport } from "../../../controller/kubernetes/transport.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { describeApiServer } from "./describe-api-server.ts";

const BACKENDS = {
  group: "securedbackend.dev",
  version: "v1alpha1",
  plural: "securedfunctionbackends",
  kind: "SecuredFunctionBackend",
  isNamespaced: true,
};
const EXAMPLE = join(import.meta.dirname, "../../../examples/orders.yaml");

async function readSpec(file: string): Promise<object> {
  return (parse(await readFile(file, "utf8")) as { readonly spec: object }).spec;
}

describeInCluster("with a certificate from a kubeconfig", (cluster) => {
  describeApiServer("kube-apiserver", async () => {
    const connection = await connect(
      {
        kubeConfigFile: await cluster.kubeconfig(),
        inCluster: { host: undefined, port: undefined, folder: "" },
        kubeConfigFiles: [],
        environment: {},
      },
      SYSTEM_CLOCK,
    );
    const userAgent = "secured-function-backend/test";
    const clock = SYSTEM_CLOCK;
    const transport = new Transport({ connection, userAgent, clock, random: Math.random });
    return {
      client: new ApiClient(transport),
      namespace: await cluster.namespace("client"),
      custom: { resource: BACKENDS, spec: await readSpec(EXAMPLE) },
      [Symbol.asyncDispose]: () => transport.close(),
    };
  });
});
