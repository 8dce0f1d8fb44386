import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { azureRoles, UNPROVEN_ACTIONS } from "../../tools/generate/azure-actions.ts";
import { PROJECT_ROOT } from "../support/project.ts";
import { CONTROLLER_OPERATIONS } from "./controller-operations.ts";
import { OPERATION_PERMISSIONS } from "./operation-permissions.ts";

/** The actions that the roles in docs/azure-roles/ give, by role, as they lie there. */
const GIVEN = new Map(
  azureRoles().map(({ file }) => {
    const text = readFileSync(join(PROJECT_ROOT, `docs/azure-roles/${file}.json`), "utf8");
    return [file, (JSON.parse(text) as { Actions: readonly string[] }).Actions] as const;
  }),
);
const given = () => [...GIVEN.values()].flat();
const isRole = (permission: string) => permission.startsWith("Microsoft.");

// The gate holds the list of operations to the traffic of the whole run, so this holds the roles to it.
describe("the roles in Azure", () => {
  test("are asked about every operation that the controller can call, and no other", () => {
    expect(Object.keys(OPERATION_PERMISSIONS).toSorted()).toEqual(
      CONTROLLER_OPERATIONS.map(({ operation }) => operation).toSorted(),
    );
  });

  test("allow everything that the controller calls, and nothing else", () => {
    const needed = new Set(Object.values(OPERATION_PERMISSIONS).flat().filter(isRole));
    expect(given().toSorted()).toEqual([...needed].toSorted());
  });

  test("have no action twice, and no wildcard", () => {
    expect(given()).toEqual([...new Set(given())]);
    expect(given().filter((action) => action.includes("*"))).toEqual([]);
  });

  test("keep writes apart by what they are for", () => {
    const writes = (file: string) => GIVEN.get(file)?.filter((action) => !/\/read$/iu.test(action));
    expect(writes("core")).toEqual([
      "Microsoft.ApiManagement/service/apis/policies/delete",
      "Microsoft.ApiManagement/service/apis/policies/write",
      "Microsoft.Web/sites/config/Write",
      "Microsoft.Web/sites/slots/config/Write",
    ]);
    expect(writes("identity")).toEqual([
      "Microsoft.ApiManagement/service/write",
      "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
    ]);
    expect(writes("plan")).toEqual([]);
  });

  test("have every doubt about an action of theirs, and no others", () => {
    expect(given()).toEqual(expect.arrayContaining(Object.keys(UNPROVEN_ACTIONS)));
  });

  test("leave nothing of Microsoft Graph but what manages own registrations", () => {
    const others = Object.values(OPERATION_PERMISSIONS)
      .flat()
      .filter((each) => !isRole(each));
    expect(new Set(others)).toEqual(new Set(["Application.ReadWrite.OwnedBy"]));
  });
});
