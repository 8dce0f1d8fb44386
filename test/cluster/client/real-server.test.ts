import { ApiClient } from "../../../controller/kubernetes/api-client.ts";
import { SYSTEM_CLOCK } from "../../../controller/kubernetes/clock.ts";
import { connect } from "../../../controller/kubernetes/connect.ts";
import { Transport } from "../../../controller/kubernetes/transport.ts";
import { BACKENDS } from "../../../controller/operator/resources.ts";
import { readExample } from "../../support/project.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { describeApiServer } from "./describe-api-server.ts";

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
      custom: {
        resource: BACKENDS,
        spec: (readExample("orders.yaml") as { readonly spec: object }).spec,
      },
      [Symbol.asyncDispose]: () => transport.close(),
    };
  });
});
