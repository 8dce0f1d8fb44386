import type { RegistrationSeed, ServiceSeed, WorldSeed } from "./seed.ts";

/** Identifiers of the demonstration, used by examples and tests alike. */
export const DEMO = {
  tenantId: "22222222-2222-4222-8222-222222222222",
  subscriptionId: "11111111-1111-4111-8111-111111111111",
  resourceGroup: "shop",
  functionApp: "orders-func",
  service: "contoso-apim",
  api: "orders",
  functionClientId: "33333333-3333-4333-8333-333333333333",
  operatorClientId: "44444444-4444-4444-8444-444444444444",
  operatorObjectId: "44444444-4444-4444-8444-000000000001",
  intruderClientId: "55555555-5555-4555-8555-555555555555",
  intruderObjectId: "55555555-5555-4555-8555-000000000001",
  intruderSecret: "the-intruder-has-a-secret",
} as const;

const API_POLICY = `<!-- Owned by the orders team: ask in #orders before changing. -->
<policies>
  <inbound>
    <base />
    <rate-limit calls="200" renewal-period="60" />
    <set-header name="X-Team" exists-action="override">
      <value>orders</value>
    </set-header>
    <set-variable name="customer" value="@(context.Request.Headers.GetValueOrDefault("X-Customer", "none"))" />
    <set-header name="X-Tier" exists-action="override">
      <value>@(context.Variables.GetValueOrDefault<string>("customer", "") == "vip" && true ? "gold" : "standard")</value>
    </set-header>
  </inbound>
  <backend>
    <base />
  </backend>
  <outbound>
    <base />
    <set-header name="X-Served-By" exists-action="override">
      <value>contoso</value>
    </set-header>
  </outbound>
  <on-error>
    <base />
  </on-error>
</policies>`;

const GLOBAL_POLICY = `<policies>
  <inbound>
    <set-header name="X-Gateway" exists-action="override">
      <value>contoso-apim</value>
    </set-header>
  </inbound>
  <backend>
    <forward-request />
  </backend>
  <outbound />
  <on-error />
</policies>`;

const PRODUCT_POLICY = `<policies>
  <inbound>
    <base />
    <set-header name="X-Product" exists-action="override">
      <value>starter</value>
    </set-header>
  </inbound>
  <backend>
    <base />
  </backend>
  <outbound>
    <base />
  </outbound>
  <on-error>
    <base />
  </on-error>
</policies>`;

/**
 * The world of the demonstration: one open Function App behind one API.
 *
 * A new object on each call, so that a test may spread it and change what it needs.
 */
export function demoWorld(): Required<WorldSeed> {
  return {
    tenantId: DEMO.tenantId,
    subscriptionId: DEMO.subscriptionId,
    resourceGroups: [DEMO.resourceGroup],
    operator: { clientId: DEMO.operatorClientId, objectId: DEMO.operatorObjectId },
    registrations: demoRegistrations(),
    userAssignedIdentities: [
      {
        resourceGroup: DEMO.resourceGroup,
        name: "orders-gateway",
        clientId: "66666666-6666-4666-8666-666666666666",
        principalId: "66666666-6666-4666-8666-000000000001",
      },
    ],
    functionApps: [
      {
        resourceGroup: DEMO.resourceGroup,
        name: DEMO.functionApp,
        functions: ["orders", "orders/{id}", "health"],
      },
    ],
    services: [demoService()],
    locks: [],
    policyDenials: [],
  };
}

/** The demonstration's API Management service. */
export function demoService(): ServiceSeed {
  return {
    resourceGroup: DEMO.resourceGroup,
    name: DEMO.service,
    policy: GLOBAL_POLICY,
    products: [{ name: "starter", subscriptionRequired: true, policy: PRODUCT_POLICY }],
    subscriptions: [
      { name: "orders-team", key: "5f0f5e6a1c0d4c3f9d2a0000000000a1", product: "starter" },
    ],
    apis: [
      {
        name: DEMO.api,
        path: "orders",
        functionApp: DEMO.functionApp,
        subscriptionRequired: false,
        products: ["starter"],
        operations: [
          { name: "get-orders", method: "GET", urlTemplate: "/orders" },
          { name: "get-health", method: "GET", urlTemplate: "/health" },
        ],
        policy: API_POLICY,
      },
    ],
  };
}

function demoRegistrations(): readonly RegistrationSeed[] {
  return [
    {
      clientId: DEMO.functionClientId,
      displayName: "orders-func",
      tokenVersion: 2,
      servicePrincipal: "33333333-3333-4333-8333-000000000001",
    },
    {
      clientId: DEMO.intruderClientId,
      displayName: "intruder",
      tokenVersion: 2,
      servicePrincipal: DEMO.intruderObjectId,
      secret: DEMO.intruderSecret,
    },
  ];
}
