import { FakeApiServer } from "./fake-api-server.ts";

/** A fake API server with many objects, in a process of its own: it tells its address and authority. */
const COLLECTION = "/apis/example.com/v1/things";
const [count = "0"] = process.argv.slice(2);

const server = await FakeApiServer.start();
for (let index = 0; index < Number(count); index += 1) {
  server.storage.create(COLLECTION, `namespace-${index % 50}`, thing(index));
}
process.send?.({ address: server.address, caFile: server.caFile, tokens: server.tokens });
process.once("disconnect", () => process.exit());

/** 3.5 kB of JSON: five conditions, and two managers who own them. */
function thing(index: number) {
  const conditions = Array.from({ length: 5 }, (_, each) => ({
    type: `Condition${each}`,
    status: "True",
    reason: "AsDesired",
    message: "Everything is as the specification says that it should be, and was seen to work.",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  }));
  const fieldsV1 = Object.fromEntries(
    Array.from({ length: 40 }, (_, each) => [`f:member${each}`, { "f:value": {} }]),
  );
  return {
    apiVersion: "example.com/v1",
    kind: "Thing",
    metadata: {
      name: `thing-${index}`,
      managedFields: ["kubectl", "controller"].map((manager) => ({ manager, fieldsV1 })),
    },
    spec: { name: `thing-${index}`, api: "x".repeat(200) },
    status: { conditions },
  };
}
