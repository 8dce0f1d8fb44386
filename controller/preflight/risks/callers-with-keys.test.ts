import { describe, expect, test } from "vitest";
import { lookAtRisk } from "../../../test/support/ahead.ts";
import { anAuthentication, SERVICE } from "../../../test/support/builders.ts";
import { azureError } from "../../../test/support/fake-azure.ts";
import { aFunction } from "../../../test/support/functions.ts";
import { callersWithKeys } from "./callers-with-keys.ts";

describe("callers with keys", () => {
  test.each([
    { name: "a function that asks for a key", level: "function", isSeen: true },
    { name: "one that asks for the master key", level: "admin", isSeen: true },
    { name: "one that says nothing, and so asks for a key", level: undefined, isSeen: true },
    { name: "one that anybody may call", level: "anonymous", isSeen: false },
  ])("$name: seen $isSeen", async ({ level, isSeen }) => {
    const risk = await lookAtRisk(callersWithKeys, {
      azure: ({ inventory }) => {
        inventory.functions = [aFunction("orders", "httptrigger", { authLevel: level })];
      },
    });
    expect(risk.state).toBe(isSeen ? "Seen" : "NotSeen");
    expect(risk.details).toEqual(isSeen ? ["These functions ask for a key: orders."] : []);
  });

  test.each([
    ["a timer", aFunction("nightly", "timertrigger")],
    ["a disabled function", { ...aFunction("old", "httptrigger"), isDisabled: true }],
  ])("%s has none", async (_name, one) => {
    const risk = await lookAtRisk(callersWithKeys, {
      azure: ({ inventory }) => {
        inventory.functions = [one];
      },
    });
    expect(risk.state).toBe("NotSeen");
  });

  test("do not break where the spec leaves their paths open", async () => {
    const risk = await lookAtRisk(callersWithKeys, {
      spec: { authentication: anAuthentication({ excludedPaths: ["/api/*"] }) },
      azure: ({ inventory }) => {
        inventory.functions = [aFunction("orders", "httptrigger")];
      },
    });
    expect(risk.state).toBe("NotSeen");
  });

  test("may be the gateway itself, where it holds a key", async () => {
    const message = "Backend fn holds a key of the function.";
    const found = {
      code: "StoredFunctionKey",
      resource: `${SERVICE}/backends/fn`,
      message,
    } as const;
    const risk = await lookAtRisk(callersWithKeys, { findings: [found] });
    expect(risk).toMatchObject({ state: "Seen", details: [message] });
  });

  test("are not known where the functions cannot be listed", async () => {
    const risk = await lookAtRisk(callersWithKeys, {
      azure: (azure) => {
        azure.before = () => {
          throw azureError("PermissionMissing", "Permission", 403);
        };
      },
    });
    expect(risk).toMatchObject({
      state: "Unknown",
      details: ["Azure says PermissionMissing."],
      obstacle: { reason: "PermissionMissing" },
    });
  });
});
