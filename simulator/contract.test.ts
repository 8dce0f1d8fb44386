import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { createArmClient, createGraphClient } from "../test/support/arm-client.ts";
import { API_ID, apimUrl, SERVICE_ID, SITE_ID, webUrl } from "../test/support/demo-ids.ts";
import { withSlot } from "../test/support/slot-world.ts";
import { startTestSimulator } from "../test/support/simulator.ts";
import { DEMO } from "./world/demo-world.ts";

const FOLDER =
  process.env["SFB_CONTRACT_DIR"] ?? join(import.meta.dirname, "../../shared/contract");

const DOCUMENTS = {
  apim: "apimanagement-2024-05-01.json",
  web: "web-2025-05-01.json",
  graph: "microsoft-graph-v1.0.json",
} as const;

const ANSWERS: readonly {
  readonly document: keyof typeof DOCUMENTS;
  readonly definition: string;
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}[] = [
  { document: "apim", definition: "ApiManagementServiceResource", url: apimUrl(SERVICE_ID) },
  {
    document: "apim",
    definition: "ApiManagementServiceResource",
    method: "PATCH",
    url: apimUrl(SERVICE_ID),
    body: { identity: { type: "SystemAssigned" } },
  },
  {
    document: "apim",
    definition: "ApiManagementServiceListResult",
    url: apimUrl(SERVICE_ID.replace(/\/[^/]+$/u, "")),
  },
  { document: "apim", definition: "ApiContract", url: apimUrl(API_ID) },
  { document: "apim", definition: "ApiCollection", url: apimUrl(`${SERVICE_ID}/apis`) },
  { document: "apim", definition: "ApiRevisionCollection", url: apimUrl(`${API_ID}/revisions`) },
  { document: "apim", definition: "OperationCollection", url: apimUrl(`${API_ID}/operations`) },
  { document: "apim", definition: "ProductCollection", url: apimUrl(`${SERVICE_ID}/products`) },
  { document: "apim", definition: "PolicyContract", url: apimUrl(`${API_ID}/policies/policy`) },
  { document: "apim", definition: "PolicyCollection", url: apimUrl(`${API_ID}/policies`) },
  {
    document: "apim",
    definition: "AllPoliciesCollection",
    url: apimUrl(`${SERVICE_ID}/allPolicies`),
  },
  { document: "apim", definition: "BackendCollection", url: apimUrl(`${SERVICE_ID}/backends`) },
  {
    document: "apim",
    definition: "NamedValueCollection",
    url: apimUrl(`${SERVICE_ID}/namedValues`),
  },
  { document: "web", definition: "Site", url: webUrl(SITE_ID) },
  {
    document: "web",
    definition: "SiteAuthSettingsV2",
    method: "PUT",
    url: webUrl(`${SITE_ID}/config/authsettingsV2`),
    body: { properties: { platform: { enabled: true } } },
  },
  { document: "web", definition: "SiteConfigResource", url: webUrl(`${SITE_ID}/config/web`) },
  { document: "web", definition: "Site", url: webUrl(`${SITE_ID}/slots/staging`) },
  { document: "web", definition: "WebAppCollection", url: webUrl(`${SITE_ID}/slots`) },
  {
    document: "web",
    definition: "SiteAuthSettingsV2",
    url: webUrl(`${SITE_ID}/slots/staging/config/authsettingsV2`),
  },
  {
    document: "graph",
    definition: "application",
    method: "PATCH",
    url: "/v1.0/applications(uniqueName='sfb-1')",
    headers: { prefer: "create-if-missing" },
    body: { displayName: "orders" },
  },
  {
    document: "graph",
    definition: "application",
    url: `/v1.0/applications(appId='${DEMO.functionClientId}')`,
  },
  {
    document: "graph",
    definition: "servicePrincipal",
    url: `/v1.0/servicePrincipals(appId='${DEMO.functionClientId}')`,
  },
  {
    document: "web",
    definition: "PublishingCredentialsPoliciesCollection",
    url: webUrl(`${SITE_ID}/basicPublishingCredentialsPolicies`),
  },
  {
    document: "web",
    definition: "CsmPublishingCredentialsPoliciesEntity",
    method: "PUT",
    url: webUrl(`${SITE_ID}/basicPublishingCredentialsPolicies/scm`),
    body: { properties: { allow: false } },
  },
];

describe.skipIf(!existsSync(FOLDER))(
  `answers fit the official documents (skipped unless ${FOLDER} is there)`,
  () => {
    test.each(ANSWERS)("$method $definition", async ({ document, definition, ...request }) => {
      const schema = JSON.parse(readFileSync(join(FOLDER, DOCUMENTS[document]), "utf8")) as object;
      const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
      ajv.addSchema(schema, "document");
      const validate = ajv.getSchema(`document#/definitions/${definition}`);
      await using azure = await startTestSimulator(withSlot());
      const createClient = document === "graph" ? createGraphClient : createArmClient;
      const send = await createClient(azure);

      const { method = "GET", url, body, headers } = request;
      const answer = await send(method, url, body, headers);

      expect(answer.status).toBeLessThan(300);
      expect(validate?.(withoutNulls(answer.json))).toBe(true);
    });
  },
);

/** Official answers hold null where the schema says string or object: null means absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}
