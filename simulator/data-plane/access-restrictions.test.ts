import { expect, test } from "vitest";
import { startTestSimulator } from "../../test/support/simulator.ts";
import { demoWorld } from "../world/demo-world.ts";

const HERE = { ipAddress: "127.0.0.0/8" };
const ELSEWHERE = { ipAddress: "203.0.113.0/24,198.51.100.7" };

test.each([
  { name: "no rules", rules: [], status: 200 },
  { name: "an allowed range", rules: [{ ...HERE, action: "Allow", priority: 100 }], status: 200 },
  {
    name: "only others allowed",
    rules: [{ ...ELSEWHERE, action: "Allow", priority: 100 }],
    status: 403,
  },
  {
    name: "the lowest priority number decides",
    rules: [
      { ...HERE, action: "Deny", priority: 200 },
      { ...HERE, action: "Allow", priority: 100 },
    ],
    status: 200,
  },
  {
    name: "a range nobody can read matches nothing",
    rules: [{ ipAddress: "1.2.3/99", action: "Allow", priority: 100 }],
    status: 403,
  },
])("$name: $status", async ({ rules, status }) => {
  const [app] = demoWorld().functionApps;
  if (!app) throw new Error("The demonstration has a Function App.");
  await using azure = await startTestSimulator({
    world: { functionApps: [{ ...app, ipSecurityRestrictions: rules }] },
  });

  const answer = await fetch(`${azure.addresses.functionApps["orders-func"]}/`);

  expect(answer.status).toBe(status);
  expect(answer.headers.get("x-ms-forbidden-ip")).toBe(status === 403 ? "127.0.0.1" : null);
});
