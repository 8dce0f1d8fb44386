import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { validateManifest } from "../../controller/api/v1alpha1/validate.ts";
import { listAt, withValueAt, type JsonObject } from "../../controller/azure/json.ts";
import { STRANGER } from "../support/builders.ts";
import { CommandLine } from "../support/command-line.ts";
import { API_ID, SITE_ID } from "../support/demo-ids.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";

const PAIR = ["--function-app", SITE_ID, "--api", API_ID] as const;
const APPLICATIONS =
  "/identityProviders/azureActiveDirectory/validation/defaultAuthorizationPolicy/allowedApplications";

describe.concurrent("sfb adopt", { timeout: 120_000 }, () => {
  test.each([
    "orders.yaml",
    "managed-registration.yaml",
    "user-assigned-identity.yaml",
    "gateway-only.yaml",
  ])("prints a manifest of a pair secured by %s that plan finds in sync", async (example) => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample(example);
    expect(await sfb.run("apply", "-f", example, "--wait")).toMatchObject({ exitCode: 0 });
    const before = await new Shop(azure).writes();

    const adopted = await sfb.run("adopt", ...PAIR, "--namespace", "shop");
    await writeFile(sfb.path("adopted.yaml"), adopted.stdout);
    const planned = await sfb.run("plan", "-f", "adopted.yaml", "--state", "fresh", "-o", "json");

    expect(adopted).toMatchObject({ exitCode: 0, stderr: "" });
    expect(adopted.stdout).toContain("  # verification:\n  #   gateway:\n  #     - api: orders\n");
    expect(planned).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(planned.stdout)).toMatchObject([
      { object: "shop/orders-func", inSync: true, changes: [] },
    ]);
    expect(await new Shop(azure).writes()).toEqual(before);
  });

  test("prints the manifest that closes an open pair, and writes nothing", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);

    const { exitCode, stdout, stderr } = await sfb.run("adopt", ...PAIR, "--name", "orders");

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(
      / {2}# None in Azure yet: .* created and kept up\..*\n {2}registration:/,
    );
    expect(stdout).toMatch(/ {2}# The function lets anybody in at present.*\n {2}authentication:/);
    expect(parse(stdout).metadata).toEqual({ name: "orders", namespace: "default" });
    expect(validateManifest(parse(stdout))).toMatchObject({ ok: true });
    expect(await new Shop(azure).writes()).toEqual([]);

    await writeFile(sfb.path("adopted.yaml"), `${stdout}  rollout:\n    gatewayCheck: Skip\n`);
    const applied = await sfb.run("apply", "-f", "adopted.yaml", "--wait");
    expect(applied).toMatchObject({ exitCode: 0 });
    expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
  });

  test("says who has to be filled in, in the manifest and on standard error", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    const shop = new Shop(azure);
    await sfb.useExample("orders.yaml");
    await sfb.run("apply", "-f", "orders.yaml", "--wait");
    const settings = (await shop.authSettings()) as JsonObject;
    await shop.putAuthSettings(
      withValueAt(settings, APPLICATIONS, [...listAt(settings, APPLICATIONS), STRANGER.clientId]),
    );

    const { exitCode, stdout, stderr } = await sfb.run("adopt", ...PAIR);

    expect(exitCode).toBe(2);
    const question = `allowedCallers has to be filled in: .* Client ids: ${STRANGER.clientId}\\.`;
    expect(stderr).toMatch(RegExp(`^${question}.*\n$`));
    expect(stdout).toMatch(RegExp(`  # ${question}.*\n  authentication:`));
  });

  test("--output json prints the same manifest", async () => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    const [yaml, json] = await Promise.all([
      sfb.run("adopt", ...PAIR),
      sfb.run("adopt", ...PAIR, "-o", "json"),
    ]);
    expect(JSON.parse(json.stdout)).toEqual(parse(yaml.stdout));
  });

  test.each([
    ["a Function App that does not exist", [`${SITE_ID}x`, API_ID], /^sfb: .*orders-funcx.*\n$/],
    ["an API that does not exist", [SITE_ID, `${API_ID}x`], /^sfb: .*apis\/ordersx.*\n$/],
    ["ids that were mixed up", [API_ID, SITE_ID], /^sfb: --function-app .*: write the id of a /],
    ["an API id that is none", [SITE_ID, SITE_ID], /^sfb: --api .*: write the id of an API, /],
  ])("exits 1 on %s", async (_what, [site = "", api = ""], message) => {
    await using azure = await startTestSimulator();
    await using sfb = await CommandLine.open(azure.variables);
    const ended = await sfb.run("adopt", "--function-app", site, "--api", api);
    expect(ended).toEqual(
      expect.objectContaining({ exitCode: 1, stdout: "", stderr: expect.stringMatching(message) }),
    );
  });
});
