import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";
import type { RecordedExchange } from "./traffic-recording.ts";

const AUTH_SETTINGS = webUrl(`${SITE_ID}/config/authsettingsV2`);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sfb-traffic-"));
});

afterEach(() => rm(folder, { recursive: true }));

async function recorded(): Promise<RecordedExchange[]> {
  const files = await readdir(folder);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return texts
    .flatMap((text) => text.trimEnd().split("\n"))
    .map((line) => JSON.parse(line) as RecordedExchange);
}

test("exchanges with ARM are written once each when the simulator closes", async () => {
  await using azure = await startTestSimulator({ recordTrafficIn: folder });
  const arm = await createArmClient(azure);
  await arm("GET", webUrl(SITE_ID));
  await arm("GET", webUrl(SITE_ID));
  await fetch(`${azure.addresses.functionApps["orders-func"]}/api/orders`);
  expect(await readdir(folder)).toEqual([]);

  await azure.close();

  expect(await recorded()).toMatchObject([
    { principal: "operator", method: "GET", url: webUrl(SITE_ID), status: 200, isInjected: false },
  ]);
});

test("a write is kept with its body and with what its program had read before", async () => {
  await using azure = await startTestSimulator({ recordTrafficIn: folder });
  const arm = await createArmClient(azure);
  const before = await arm("GET", AUTH_SETTINGS);
  const body = { properties: { platform: { enabled: true } } };
  await arm("PUT", AUTH_SETTINGS, body);

  await azure.close();

  expect((await recorded()).at(-1)).toMatchObject({
    method: "PUT",
    requestBody: body,
    readBefore: before.json,
    responseBody: { properties: { platform: { enabled: true } } },
  });
});

test("what somebody else read does not count as read before", async () => {
  await using azure = await startTestSimulator({ recordTrafficIn: folder });
  const arm = await createArmClient(azure);
  await azure.control.portal({ method: "GET", path: AUTH_SETTINGS });
  await arm("PUT", AUTH_SETTINGS, { properties: {} });

  await azure.close();

  expect((await recorded()).at(-1)).not.toHaveProperty("readBefore");
});

test("an answer that a fault made up is marked, one that never came is absent", async () => {
  await using azure = await startTestSimulator({ recordTrafficIn: folder });
  const arm = await createArmClient(azure);
  await azure.control.fault({ match: { listener: "arm" }, fault: { status: 503 } });
  await arm("GET", webUrl(SITE_ID));
  await azure.control.fault({ match: { listener: "arm" }, fault: { cut: true } });
  await expect(arm("GET", AUTH_SETTINGS)).rejects.toThrow("fetch failed");

  await azure.close();

  const [injected, cut] = await recorded();
  expect(injected).toMatchObject({ status: 503, isInjected: true });
  expect(cut).not.toHaveProperty("status");
});

test("no token is written", async () => {
  await using azure = await startTestSimulator({ recordTrafficIn: folder });
  const arm = await createArmClient(azure);
  await arm("GET", webUrl(SITE_ID));

  await azure.close();

  expect(JSON.stringify(await recorded())).not.toMatch(/authorization|eyJ/iu);
});
