import { expect, test } from "vitest";
import { CommandLine } from "../support/command-line.ts";

test("sfb simulate prints the variables of a local Azure, and ends with it", async () => {
  await using sfb = await CommandLine.open();
  const simulate = sfb.start("simulate");
  await simulate.prints(/^export NODE_EXTRA_CA_CERTS=/m);
  const entra = /^export AZURE_AUTHORITY_HOST=(\S+)$/m.exec(simulate.stdout)?.[1] ?? "";
  const strange = { cause: { code: expect.stringMatching(/CERT|SIGNATURE/) } };
  await expect(fetch(entra)).rejects.toMatchObject(strange);

  const { exitCode, stderr } = await simulate.terminate();

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  await expect(fetch(entra)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
});
