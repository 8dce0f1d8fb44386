import { expect, test } from "vitest";
import { asAzureAnswers, NEVER_CONFIGURED } from "../../test/support/auth-settings.ts";
import { aBackend, aService, OWNER } from "../../test/support/builders.ts";
import { FakeAzure } from "../../test/support/fake-azure.ts";
import { isClosed } from "../../test/support/fake-function.ts";
import { FakeOperator } from "../../test/support/fake-operator.ts";
import { targetOf } from "../safeguards/target.ts";
import { carryOut } from "./carry-out.ts";
import { Gateways } from "./gateway.ts";

test("a roll-back leaves alone, and recorded, what is not granted any more", async () => {
  const azure = new FakeAzure({ service: aService(), settings: asAzureAnswers(NEVER_CONFIGURED) });
  const operator = new FakeOperator(azure);
  await operator.settle();
  azure.writes.length = 0;
  const refused = { kind: "blocked", reason: "ScopeNotGranted", message: "Not granted." } as const;
  const { snapshots } = operator;
  const workshop = {
    door: azure.door,
    gateways: new Gateways(),
    snapshots,
    owner: OWNER,
    refusalOf: (resource: string) => (/policies/.test(resource) ? refused : undefined),
  };
  const obstacle = { kind: "blocked", reason: "GatewayCheckFailed", message: "Kept out." } as const;
  await carryOut({ kind: "roll back", obstacle }, workshop, targetOf(aBackend(), undefined, 0));
  expect(azure.writes).toEqual(["putAuthSettings"]);
  expect(isClosed(azure.settings)).toBe(false);
  expect(Object.keys(snapshots.snapshot.resources)).toEqual([expect.stringContaining("policies")]);
});
