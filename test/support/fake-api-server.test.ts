import { describeApiServer } from "../cluster/client/describe-api-server.ts";
import { connectTo } from "./fake-api-client.ts";
import { FakeApiServer } from "./fake-api-server.ts";

describeApiServer("the fake API server", async () => {
  const server = await FakeApiServer.start();
  const { client, transport } = connectTo(server);
  return {
    client,
    namespace: "default",
    custom: {
      resource: {
        group: "example.com",
        version: "v1",
        plural: "things",
        kind: "Thing",
        isNamespaced: true,
      },
      spec: { size: 1 },
    },
    [Symbol.asyncDispose]: async () => {
      await transport.close();
      await server[Symbol.asyncDispose]();
    },
  };
});
