import { Environment } from "@marcbachmann/cel-js";
import { describe, expect, test } from "vitest";
import { manifest } from "../../../test/support/manifest.ts";
import { schemaNodes } from "../../../test/support/schema-nodes.ts";
import type { Problem } from "./problem.ts";
import { findBrokenRules } from "./rules.ts";
import { RESOURCE_SCHEMA } from "./schema.generated.ts";
import type { StructuralSchema } from "./structural-schema.ts";
import { validateManifest } from "./validate.ts";

const IDENTITY =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/orders-gateway";

interface RuleCase {
  /** Text in the rule's message by which it is known. */
  readonly message: string;
  readonly path: string;
  /** Specs, laid over the smallest valid one, that keep the rule. */
  readonly kept: readonly object[];
  /** Specs that break it, and nothing else. */
  readonly broken: readonly object[];
}

function registration(fields: object): object {
  return { registration: { clientId: "33333333-3333-4333-8333-333333333333", ...fields } };
}

function api(name: string): object {
  const [first] = manifest().spec.apis;
  return { apis: [{ ...first, name }] };
}

function slot(name: string): object {
  return { functionApp: { ...manifest().spec.functionApp, slot: name } };
}

function audiences(...allowedAudiences: string[]): object {
  return { authentication: { allowedAudiences } };
}

function excluded(path: string): object {
  return { authentication: { excludedPaths: [path] } };
}

function call(path: string, name = "orders"): object {
  return { verification: { gateway: [{ api: name, path }] } };
}

function network(mode: string, ...additionalCidrs: string[]): object {
  return { network: { mode, additionalCidrs } };
}

function ignoring(path: string): object {
  return { ignoreDifferences: [path] };
}

const CASES: readonly RuleCase[] = [
  {
    message: "must name APIs that spec.apis lists",
    path: "spec.verification.gateway",
    kept: [call("/health"), {}],
    broken: [call("/health", "payments"), call("/health", "Orders")],
  },
  {
    message: "must not be production",
    path: "spec.functionApp.slot",
    kept: [slot("staging"), slot("production-2")],
    broken: [slot("production"), slot("Production")],
  },
  {
    message: "must not name a revision",
    path: "spec.apis[0].name",
    kept: [api("orders"), api("orders-rev-2"), api("bestellungen-süd")],
    broken: [api("orders;rev=2"), api("orders;Rev=2")],
  },
  {
    message: "must not be . or ..",
    path: "spec.apis[0].name",
    kept: [api("..."), api(".orders")],
    broken: [api("."), api("..")],
  },
  {
    message: "is required when identity.type is UserAssigned",
    path: "spec.identity.resourceId",
    kept: [{ identity: { type: "UserAssigned", resourceId: IDENTITY } }, { identity: {} }],
    broken: [{ identity: { type: "UserAssigned" } }],
  },
  {
    message: "is allowed only when identity.type is UserAssigned",
    path: "spec.identity.resourceId",
    kept: [{ identity: { type: "SystemAssigned" } }],
    broken: [{ identity: { resourceId: IDENTITY } }],
  },
  {
    message: "must not be an application of Microsoft's own",
    path: "spec.registration.clientId",
    kept: [registration({})],
    broken: [
      registration({ clientId: "00000003-0000-0000-c000-000000000000" }),
      registration({ clientId: "00000003-0000-0ff1-ce00-000000000000" }),
      registration({ clientId: "797f4846-ba00-4fd7-ba43-dac1f8f63013" }),
    ],
  },
  {
    message: "common, organizations and consumers name no tenant",
    path: "spec.registration.tenantId",
    kept: [registration({ tenantId: "22222222-2222-4222-8222-222222222222" })],
    broken: ["common", "organizations", "consumers", "contoso.onmicrosoft.com", ""].map(
      (tenantId) => registration({ tenantId }),
    ),
  },
  {
    message: "must not be V1 without registration.clientId",
    path: "spec.registration.tokenVersion",
    kept: [
      registration({ tokenVersion: "V1" }),
      { registration: {} },
      { registration: { tokenVersion: "V2" } },
    ],
    broken: [{ registration: { tokenVersion: "V1" } }],
  },
  {
    message: "must not be set without registration.clientId",
    path: "spec.registration.tenantId",
    kept: [registration({ tenantId: "22222222-2222-4222-8222-222222222222" })],
    broken: [{ registration: { tenantId: "22222222-2222-4222-8222-222222222222" } }],
  },
  {
    message: "may hold 500 characters in all",
    path: "spec.authentication.allowedAudiences",
    kept: [audiences("a".repeat(249), "b".repeat(250))],
    broken: [audiences("a".repeat(250), "b".repeat(250))],
  },
  {
    message: "must not be an audience of Microsoft's own",
    path: "spec.authentication.allowedAudiences[0]",
    kept: [
      audiences("api://orders"),
      audiences("https://orders.contoso.com"),
      audiences("https://graph.microsoft.com.contoso.com"),
    ],
    broken: [
      audiences("https://graph.microsoft.com"),
      audiences("https://Graph.Microsoft.com/.default"),
      audiences("https://orders.vault.azure.net/"),
      audiences("00000003-0000-0000-C000-000000000000"),
      audiences("e406a681-f3d4-42a8-90b6-c2b029497af1"),
    ],
  },
  {
    message: "must begin with /",
    path: "spec.authentication.excludedPaths[0]",
    kept: [excluded("/api/health")],
    broken: [excluded("api/health")],
  },
  {
    message: "may hold one * only",
    path: "spec.authentication.excludedPaths[0]",
    kept: [excluded("/public/*"), excluded("/a/b/*")],
    broken: [excluded("/public*"), excluded("/*/health"), excluded("/a/*/*"), excluded("/**")],
  },
  {
    message: "must not open every path",
    path: "spec.authentication.excludedPaths[0]",
    kept: [excluded("/a/*")],
    broken: [excluded("/*")],
  },
  {
    message: "must not hold // or the segments . or ..",
    path: "spec.authentication.excludedPaths[0]",
    kept: [excluded("/.well-known/*"), excluded("/v1..2")],
    broken: ["//*", "/a//b", "/a/../*", "/a/%2E%2e", "/./a"].map(excluded),
  },
  {
    message: "must begin with /",
    path: "spec.verification.gateway[0].path",
    kept: [call("/"), call("/health?full=1")],
    broken: [call("health"), call("?full=1")],
  },
  {
    message: "must not hold //",
    path: "spec.verification.gateway[0].path",
    kept: [call("/a/b/")],
    broken: [call("//attacker.example"), call("/a//b"), call("/a?to=//b")],
  },
  {
    message: "must not hold the segments . or ..",
    path: "spec.verification.gateway[0].path",
    kept: [call("/.well-known"), call("/a..b"), call("/..."), call("/v1.0/health")],
    broken: [call("/.."), call("/a/../b"), call("/%2e%2E/b"), call("/./b"), call("/a/..?b")],
  },
  {
    message: "is allowed only when network.mode is GatewayOnly",
    path: "spec.network.additionalCidrs",
    kept: [network("GatewayOnly", "203.0.113.0/24"), network("Unmanaged"), network("GatewayOnly")],
    broken: [network("Unmanaged", "203.0.113.0/24")],
  },
  {
    message: "must not be wider than /8",
    path: "spec.network.additionalCidrs[0]",
    kept: [network("GatewayOnly", "10.0.0.0/8"), network("GatewayOnly", "203.0.113.7/32")],
    broken: [
      network("GatewayOnly", "0.0.0.0/0"),
      network("GatewayOnly", "128.0.0.0/1"),
      network("GatewayOnly", "10.0.0.0/7"),
    ],
  },
  {
    message: "must be <safeguard>:<JSON pointer>",
    path: "spec.ignoreDifferences[0]",
    kept: [
      ignoring("authentication:/globalValidation/unauthenticatedClientAction"),
      ignoring("access-restrictions:/ipSecurityRestrictionsDefaultAction"),
      ignoring("hardening:/ftpsState"),
      ignoring("inbound-policy:inbound/set-header"),
      ignoring("inbound-policy:inbound/set-query-parameter[subscription-key]"),
    ],
    broken: [
      ignoring("network:/properties"),
      ignoring("authentication"),
      ignoring("authentication:properties"),
      ignoring("inbound-policy:/inbound"),
      ignoring("inbound-policy:outbound/set-header"),
      ignoring("inbound-policy:inbound/set-header@exists-action"),
      ignoring("inbound-policy:inbound/authentication-managed-identity"),
    ],
  },
  {
    message: "must lie between 1m and 24h",
    path: "spec.resyncInterval",
    kept: ["1m", "60s", "90s", "1h30m", "24h", "1440m"].map((resyncInterval) => ({
      resyncInterval,
    })),
    broken: ["59s", "0m", "24h1s", "1441m", "99999h"].map((resyncInterval) => ({ resyncInterval })),
  },
];

function problemsOf(spec: object): { path: string; message: string }[] {
  const result = validateManifest(manifest((draft) => Object.assign(draft.spec, spec)));
  return result.ok ? [] : [...result.problems];
}

describe("the rule", () => {
  const kept = CASES.flatMap((rule) => rule.kept.map((spec) => ({ ...rule, spec })));
  const broken = CASES.flatMap((rule) => rule.broken.map((spec) => ({ ...rule, spec })));

  test.each(kept)("'$path $message' is kept by $spec", ({ spec }) => {
    expect(problemsOf(spec)).toEqual([]);
  });

  test.each(broken)("'$path $message' is broken by $spec", ({ spec, path, message }) => {
    const problem = problemsOf(spec).find((candidate) => candidate.message.includes(message));
    expect(problem).toMatchObject({ path });
  });
});

describe("every rule of the schema", () => {
  const { spec } = RESOURCE_SCHEMA.properties ?? {};
  if (spec === undefined) throw new Error("the schema has no spec");
  const rules = schemaNodes(spec, "spec").flatMap(({ path, schema }) =>
    (schema["x-kubernetes-validations"] ?? []).map((rule) => ({ path, schema, ...rule })),
  );

  test("has its cases", () => {
    const uncovered = rules.filter(({ path, rule, fieldPath = "", message }) => {
      const isAboutChange = rule.includes("oldSelf");
      const place = `${path}${fieldPath}`.replaceAll("[]", "[0]");
      return (
        !isAboutChange && !CASES.some((one) => one.path === place && message.includes(one.message))
      );
    });
    expect(uncovered).toEqual([]);
  });

  test.each(rules)("names only fields of $path: $rule", ({ schema, path, rule }) => {
    const environment = new Environment();
    const type = registerType(environment, schema, path);
    environment.registerVariable("self", type).registerVariable("oldSelf", type);
    expect(environment.check(rule)).toMatchObject({ valid: true, type: "bool" });
  });
});

describe("evaluation", () => {
  function brokenBy(value: unknown, rule: string, known: Problem[] = []): Problem[] {
    const schema: StructuralSchema = {
      type: "object",
      properties: { count: { type: "integer", minimum: 0, maximum: 9 } },
      "x-kubernetes-validations": [{ rule, message: "must hold" }],
    };
    return findBrokenRules({ value, previous: undefined, path: "spec" }, schema, known);
  }

  test("has numbers as CEL's integers", () => {
    expect(brokenBy({ count: 3 }, "self.count / 2 == 1")).toEqual([]);
    expect(brokenBy({ count: 4 }, "self.count / 2 == 1")).toHaveLength(1);
  });

  test("that fails breaks the rule, as on the API server", () => {
    expect(brokenBy({}, "self.count == 1")).toMatchObject([
      { path: "spec", message: expect.stringContaining("must hold (the rule cannot be evaluated") },
    ]);
  });

  test("leaves out what is already known to be wrong, and nothing beside it", () => {
    const at = (path: string): Problem => ({ path, found: "", allowed: "", message: "" });
    expect(brokenBy({ count: 4 }, "self.count == 1", [at("spec.count")])).toEqual([]);
    expect(brokenBy({ count: 4 }, "self.count == 1", [at("specific")])).toHaveLength(1);
  });
});

const SCALAR_TYPES = { string: "string", integer: "int", boolean: "bool", array: "list" };

/** Registers the CEL types of `schema` and answers the name of its own. */
function registerType(environment: Environment, schema: StructuralSchema, path: string): string {
  if (schema.type === "array" && schema.items !== undefined) {
    return `list<${registerType(environment, schema.items, `${path}[]`)}>`;
  }
  if (schema.type !== "object") return SCALAR_TYPES[schema.type];
  const name = `Type_${path.replaceAll(/[^A-Za-z]/g, "_")}`;
  const fields = Object.entries(schema.properties ?? {}).map(([field, child]) => [
    field,
    registerType(environment, child, `${path}.${field}`),
  ]);
  environment.registerType(name, { fields: Object.fromEntries(fields) });
  environment.registerOperator(`${name} == ${name}`, () => true);
  return name;
}
