import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SITE } from "../../test/support/builders.ts";
import { GRAPH } from "./needed-actions.ts";
import { isAllowed, judgePermissions } from "./permissions.ts";

const WRITE = "Microsoft.Web/sites/config/Write";

describe("a role allows an action", () => {
  test.each<[string, string[], string[], boolean]>([
    ["that it names", [WRITE], [], true],
    ["in whatever letter case", ["microsoft.web/SITES/config/write"], [], true],
    ["by a pattern at the end", ["Microsoft.Web/sites/*"], [], true],
    ["by a pattern in between", ["Microsoft.Web/*/write"], [], true],
    ["with everything", ["*"], [], true],
    ["but not another", ["Microsoft.Web/sites/config/Read"], [], false],
    ["and not what only begins like it", ["Microsoft.Web/sites/config"], [], false],
    ["and a dot is a dot", ["MicrosoftxWeb/sites/config/Write"], [], false],
    ["unless it takes it out again", ["*"], ["Microsoft.Web/*"], false],
    ["reads alone are none", ["*/read"], [], false],
  ])("%s", (_name, actions, notActions, isWanted) => {
    expect(isAllowed(WRITE, [{ actions, notActions }])).toBe(isWanted);
  });

  test("which another role takes out: each speaks for itself", () => {
    const roles = [
      { actions: ["*"], notActions: [WRITE] },
      { actions: [WRITE], notActions: [] },
    ];
    expect(isAllowed(WRITE, roles)).toBe(true);
  });
});

test("a further role takes no right away", () => {
  const pattern = fc.constantFrom("*", WRITE, "*/read", "Microsoft.Web/*", "x");
  const role = fc.record({ actions: fc.array(pattern), notActions: fc.array(pattern) });
  fc.assert(
    fc.property(fc.array(role), role, (roles, another) => {
      fc.pre(isAllowed(WRITE, roles));
      expect(isAllowed(WRITE, [...roles, another])).toBe(true);
    }),
  );
});

describe("what is known of a right", () => {
  const needed = { action: WRITE, scope: SITE };
  const answerOf = (...actions: readonly string[]) =>
    new Map([[SITE.toLowerCase(), [{ actions, notActions: [] }]]]);

  test("is told once for each action and scope", () => {
    const twice = [needed, { ...needed, scope: SITE.toUpperCase() }];
    expect(judgePermissions(twice, answerOf("*"))).toMatchObject([{ state: "Granted" }]);
    expect(judgePermissions([needed], answerOf())).toEqual([{ ...needed, state: "Missing" }]);
  });

  test("is nothing where Azure does not say, with its words", () => {
    const obstacle = {
      kind: "blocked",
      reason: "PermissionMissing",
      message: "It answered 403.",
    } as const;
    expect(judgePermissions([needed], new Map([[SITE.toLowerCase(), obstacle]]))).toEqual([
      { ...needed, state: "Unknown", message: "It answered 403." },
    ]);
    expect(judgePermissions([needed], new Map())).toMatchObject([{ state: "Unknown" }]);
  });

  test("is nothing in Microsoft Graph, whatever Azure's roles allow", () => {
    const inGraph = { action: "Application.ReadWrite.OwnedBy", scope: GRAPH };
    expect(judgePermissions([inGraph], answerOf("*"))).toMatchObject([{ state: "Unknown" }]);
  });
});
