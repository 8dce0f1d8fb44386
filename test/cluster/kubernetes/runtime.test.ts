import { ApiClient } from "../../../controller/kubernetes/api-client.ts";
import { SYSTEM_CLOCK } from "../../../controller/kubernetes/clock.ts";
import { Transport } from "../../../controller/kubernetes/transport.ts";
import { describeRuntime, THINGS } from "../../support/describe-runtime.ts";
import type { Cluster } from "../cluster.ts";
import { describeInCluster } from "../describe-in-cluster.ts";

const TEXT = { type: "string" };
const CONDITIONS = {
  type: "array",
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["type"],
  items: { type: "object", required: ["type"], properties: { type: TEXT, status: TEXT } },
};
const SCHEMA = {
  type: "object",
  properties: {
    spec: { type: "object", properties: { size: { type: "integer" } } },
    status: { type: "object", properties: { phase: TEXT, note: TEXT, conditions: CONDITIONS } },
  },
};
const DEFINITION = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${THINGS.plural}.${THINGS.group}` },
  spec: {
    group: THINGS.group,
    scope: "Namespaced",
    names: { plural: THINGS.plural, singular: "thing", kind: THINGS.kind },
    versions: [
      {
        name: THINGS.version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: SCHEMA },
      },
    ],
  },
};

describeInCluster("the runtime on a real API server", (cluster) => {
  describeRuntime(async () => {
    await cluster.kubectl(["apply", "-f", "-"], { input: JSON.stringify(DEFINITION) });
    await cluster.kubectl([
      "wait",
      "--for=condition=Established",
      `crd/${DEFINITION.metadata.name}`,
    ]);
    const transport = transportTo(cluster);
    return {
      client: new ApiClient(transport),
      namespace: async () => cluster.namespace("runtime"),
      [Symbol.asyncDispose]: async () => transport.close(),
    };
  });
});

function transportTo({ access: { server, authority: ca, administrator } }: Cluster): Transport {
  return new Transport({
    connection: {
      server,
      namespace: undefined,
      source: "a test",
      credentials: async () => ({ headers: {}, tls: { ca, ...administrator } }),
      forget: () => {},
    },
    userAgent: "secured-function-backend/test",
    clock: SYSTEM_CLOCK,
    random: Math.random,
  });
}
