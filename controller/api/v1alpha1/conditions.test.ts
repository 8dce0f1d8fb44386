import { describe, expect, test } from "vitest";
import { CONDITIONS, REASONS } from "./conditions.ts";
import type { ConditionDefinition } from "./conditions.ts";
import type { ReasonDefinition } from "./reasons.ts";
import { RESOURCE_SCHEMA } from "./schema.generated.ts";

const conditions = Object.entries<ConditionDefinition>(CONDITIONS);
const reasons = Object.entries<ReasonDefinition>(REASONS);

/** The reasons with which the controller stands still because all is as it was asked. */
const CONTENT = new Set(["Secured", "Succeeded", "NoBypassFound"]);

describe("the tables", () => {
  test("give every safeguard exactly one condition", () => {
    const owners = conditions.flatMap(([, { safeguard }]) => safeguard ?? []);
    expect(owners.sort()).toEqual([
      "access-restrictions",
      "app-registration",
      "authentication",
      "hardening",
      "inbound-policy",
      "managed-identity",
    ]);
  });

  test("name conditions and reasons that the schema takes", () => {
    const condition = RESOURCE_SCHEMA.properties?.["status"]?.properties?.["conditions"]?.items;
    const { type, reason } = condition?.properties ?? {};
    const refused = [
      ...Object.keys(CONDITIONS).filter((name) => !new RegExp(type?.pattern ?? "^$").test(name)),
      ...Object.keys(REASONS).filter((name) => !new RegExp(reason?.pattern ?? "^$").test(name)),
    ];
    expect(refused).toEqual([]);
  });

  test.each(reasons)(
    "%s is in PascalCase and explains itself in sentences",
    (reason, { meaning }) => {
      expect(reason).toMatch(/^([A-Z][a-z]+)+$/);
      expect(meaning).toMatch(/^[A-Z].*\.$|^spec\..*\.$/);
    },
  );

  test("say what to do wherever the controller does not go on by itself", () => {
    const helpless = reasons.filter(
      ([reason, { isTransient, remedy }]) => !isTransient && remedy === "" && !CONTENT.has(reason),
    );
    expect(helpless).toEqual([]);
  });
});
