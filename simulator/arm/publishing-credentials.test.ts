import { expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";

const POLICIES = `${SITE_ID}/basicPublishingCredentialsPolicies`;

test("both ways of publishing with a password are open until they are closed, each by itself", async () => {
  await using azure = await startTestSimulator();
  const arm = await createArmClient(azure);
  const allowed = async () => {
    const { value } = (await arm("GET", webUrl(POLICIES))).json as {
      value: readonly { name: string; properties: { allow: boolean } }[];
    };
    return Object.fromEntries(value.map(({ name, properties }) => [name, properties.allow]));
  };
  expect(await allowed()).toEqual({ ftp: true, scm: true });

  await arm("PUT", webUrl(`${POLICIES}/scm`), { properties: { allow: false } });

  expect(await allowed()).toEqual({ ftp: true, scm: false });
  expect((await arm("GET", webUrl(`${POLICIES}/scm`))).json).toMatchObject({
    id: `${POLICIES}/scm`,
    properties: { allow: false },
  });
});
