import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { valueAt, withValueAt } from "../../controller/azure/json.ts";
import { apiId, serviceId, siteId } from "../../controller/azure/resource-ids.ts";
import { EMPTY_SNAPSHOT, restoration } from "../../controller/reconcile/snapshot.ts";
import { execute } from "../../controller/reconcile/execute.ts";
import { Gateways } from "../../controller/reconcile/gateway.ts";
import { MARKER_POINTER, ownersIn } from "../../controller/safeguards/owner-marker.ts";
import { LIVE_MANIFEST, liveSurroundings, type LiveSurroundings } from "./surroundings.ts";
import { Sightings } from "./sightings.ts";

/**
 * The main job on a real subscription, and what there is still only assumed about Azure. The tests
 * build on each other: they close one pair, look, and give back what they took.
 */
const PATIENCE_IN_MS = LIVE_MANIFEST === undefined ? 30_000 : 90 * 60_000;

describe("the live suite", { timeout: PATIENCE_IN_MS }, () => {
  const sightings = new Sightings();
  let here: LiveSurroundings;
  let site: string;

  beforeAll(async () => {
    here = await liveSurroundings();
    site = siteId(here.operator.object.spec.functionApp);
  }, PATIENCE_IN_MS);

  afterAll(async () => {
    if (LIVE_MANIFEST !== undefined) {
      await sightings.report(here.kind, process.env["SFB_LIVE_REPORT"]);
    }
    await here[Symbol.asyncDispose]();
  }, PATIENCE_IN_MS);

  test("begins with an open pair", async () => {
    const { operator } = here;
    const settings = await operator.door().webApps.getAuthSettings(site);
    sightings.note("What does authsettingsV2 answer before anything was written?", settings);
    expect(valueAt(settings, "/platform/enabled")).not.toBe(true);
  });

  test("is told its own rights and what the functions are bound to", async () => {
    const { inventory } = here.operator.door();
    const [permissions, functions] = await Promise.all([
      inventory.listPermissions(site),
      inventory.listFunctions(site),
    ]);
    sightings.note("What does Azure say of the operator's roles at the function?", permissions);
    sightings.note("How does Azure tell triggers and their authLevel?", functions);
    expect(permissions.flatMap(({ actions }) => actions)).not.toEqual([]);
    expect(functions.flatMap(({ bindings }) => bindings)).not.toEqual([]);
  });

  test("closes it, and callers through the gateway get in", async () => {
    const { operator, settleTimeInMs } = here;
    const beganAt = Date.now();
    const reachedAt = await settle(here);
    sightings.note("How long did the roll-out take?", `${Date.now() - beganAt} ms`);
    sightings.note("When was each of its steps reached (ms from its start)?", reachedAt);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(settleTimeInMs).toBeGreaterThan(0);
  });

  test("finds the settings as they were written", async () => {
    const settings = await here.operator.door().webApps.getAuthSettings(site);
    sightings.note("What is stored after a PUT (defaults, nulled arrays)?", settings);
    sightings.note("Which tokens does the issuer setting accept?", {
      openIdIssuer: valueAt(
        settings,
        "/identityProviders/azureActiveDirectory/registration/openIdIssuer",
      ),
      tokens: here.operator.status.issuer,
    });
    expect(valueAt(settings, "/platform/enabled")).toBe(true);
  });

  test("finds access restrictions and policies as Azure tells them", async () => {
    const { apiManagement, inventory, webApps } = here.operator.door();
    const [api] = here.operator.object.spec.apis;
    const webConfig = await webApps.getWebConfig(site);
    sightings.note(
      "Which access rules does Azure add to what was written?",
      webConfig["ipSecurityRestrictions"],
    );
    const policies = await inventory.listPolicyIds(serviceId(api!));
    sightings.note("How many policies does allPolicies list?", policies.length);
    expect(policies.length).toBeGreaterThan(0);

    const before = await apiManagement.getPolicy(apiId(api!));
    await apiManagement.putPolicy(apiId(api!), before!.text, before!.etag);
    const after = await apiManagement.getPolicy(apiId(api!));
    sightings.note("Does a PUT of equal content keep the ETag?", before!.etag === after!.etag);
    expect(after!.text).toBe(before!.text);
  });

  test("finds the marker of its owner", async () => {
    const { webApps } = here.operator.door();
    const settings = await webApps.getAuthSettings(site);
    sightings.note(
      "What is kept of the owner's marker?",
      valueAt(settings, MARKER_POINTER) ?? null,
    );
    expect(ownersIn(settings)).toEqual([here.operator.owner]);
  });

  test("writes nothing more", async () => {
    const { operator } = here;
    const before = operator.status;
    await operator.pass();
    expect(operator.status).toEqual(before);
  });

  test("notes what Easy Auth says to an anonymous caller", async () => {
    const { traffic, webApps } = here.operator.door();
    const { defaultHostName } = await webApps.getSite(site);
    const answer = await traffic.call(`https://${defaultHostName}/`);
    sightings.note("What does an anonymous caller get?", answer);
    expect(answer).toMatchObject({ status: 401 });
  });

  test("finds authentication switched off, and puts it right", async () => {
    const { operator } = here;
    const { webApps } = operator.door();
    const settings = await webApps.getAuthSettings(site);
    await webApps.putAuthSettings(site, withValueAt(settings, "/platform/enabled", false));
    const pass = await operator.pass();
    expect(pass.newDrift.map(({ path }) => path)).toContain("authentication:/platform/enabled");
    const beganAt = Date.now();
    await settle(here);
    sightings.note(
      "How long until a change of the settings is seen?",
      `${Date.now() - beganAt} ms`,
    );
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("gives back what it took", async () => {
    const { operator } = here;
    const [api] = operator.object.spec.apis;
    expect(operator.snapshot).not.toEqual(EMPTY_SNAPSHOT);
    await execute(
      {
        door: operator.door(),
        gateways: new Gateways(),
        snapshots: { load: async () => operator.snapshot, store: async () => {} },
        owner: operator.owner,
      },
      restoration(operator.snapshot),
      { distrustsReads: false, marker: "remove" },
    );
    const { apiManagement, webApps } = operator.door();
    const settings = await webApps.getAuthSettings(site);
    expect(valueAt(settings, "/platform/enabled")).not.toBe(true);
    const policy = await apiManagement.getPolicy(apiId(api!));
    expect(policy?.text ?? "").not.toContain(operator.object.spec.registration.clientId);
  });
});

/** Passes as a queue would run them, for as long as a real service may need; when each step was reached. */
async function settle({
  operator,
  settleTimeInMs,
  kind,
}: LiveSurroundings): Promise<Record<string, number>> {
  const pauseInMs = kind === "the local Azure" ? 100 : 15_000;
  const beganAt = Date.now();
  const reachedAt: Record<string, number> = {};
  for (;;) {
    const { next, status } = await operator.pass({ settleTimeInMs });
    reachedAt[status.rollout?.step ?? "none"] ??= Date.now() - beganAt;
    if (next.kind === "resync") return reachedAt;
    await delay(next.kind === "after" ? Math.max(next.inMs, pauseInMs) : pauseInMs);
  }
}
