const MEGABYTE = 2 ** 20;

/** Bodies that no service should send with a 200, as they stand on the wire. */
export const HOSTILE_BODIES: readonly { readonly name: string; readonly body: string }[] = [
  { name: "nothing", body: "" },
  { name: "null", body: "null" },
  { name: "a number", body: "42" },
  { name: "a text", body: '"properties"' },
  { name: "a list", body: "[]" },
  { name: "an empty object", body: "{}" },
  { name: "properties that are null", body: '{"properties":null,"identity":null}' },
  { name: "properties that are a list", body: '{"properties":[1],"identity":["SystemAssigned"]}' },
  { name: "members of the wrong type", body: wrongTypes() },
  { name: "truncated JSON", body: '{"properties":{"value":"<policies>' },
  { name: "a page of a proxy", body: "<html><body>Sign in to the network</body></html>" },
  { name: "bytes that are no UTF-8", body: '{"properties":{"value":"\uFFFD\uFFFD\u0000"}}' },
  { name: "nesting without end", body: "[".repeat(200_000) },
  { name: "deeply nested objects", body: '{"a":'.repeat(5000) + "1" + "}".repeat(5000) },
  { name: "eight megabytes of blanks", body: " ".repeat(8 * MEGABYTE) },
  { name: "a name that is a prototype", body: '{"__proto__":{"properties":{"platform":{}}}}' },
];

/** Every member that anybody reads, with a value of another type. */
function wrongTypes(): string {
  const wrong = { id: 1, name: [], value: 17, path: {}, state: [], platform: "on", enabled: [] };
  return JSON.stringify({
    ...wrong,
    properties: {
      ...wrong,
      defaultHostName: 7,
      provisioningState: {},
      gatewayUrl: [],
      principalId: 5,
      clientId: {},
      tenantId: [],
      identityProviders: "azureActiveDirectory",
      globalValidation: [],
      subscriptionKeyParameterNames: "header",
    },
    identity: { type: 3, principalId: {}, userAssignedIdentities: "none" },
  });
}

const ENTITIES = Array.from(
  { length: 9 },
  (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
).join("");

/** Policy documents that nobody can read for certain. */
export const HOSTILE_POLICIES: readonly { readonly name: string; readonly policy: string }[] = [
  { name: "nothing", policy: "" },
  { name: "blanks", policy: " \r\n\t" },
  { name: "no XML", policy: "{}" },
  { name: "truncated in a tag", policy: '<policies><inbound><set-header name="x' },
  { name: "truncated in an expression", policy: '<policies><inbound><a b="@{ if (x) { "' },
  { name: "truncated in a comment", policy: "<policies><inbound><!-- " },
  { name: "truncated in CDATA", policy: "<policies><inbound><![CDATA[ " },
  { name: "crossed tags", policy: "<policies><inbound><a><b></a></b></inbound></policies>" },
  { name: "two roots", policy: "<policies /><policies />" },
  {
    name: "entities that multiply",
    policy: `<!DOCTYPE policies [<!ENTITY e0 "lol">${ENTITIES}]><policies><inbound>&e9;</inbound></policies>`,
  },
  {
    name: "an external entity",
    policy:
      '<!DOCTYPE policies [<!ENTITY x SYSTEM "file:///etc/passwd">]><policies><inbound>&x;</inbound></policies>',
  },
  { name: "tags without end", policy: `<policies><inbound>${"<a>".repeat(200_000)}` },
  { name: "quotes without end", policy: `<policies a="${"'".repeat(500_000)}` },
  { name: "brackets without end", policy: `<policies><inbound>@(${"(".repeat(500_000)}` },
  { name: "a tag of megabytes", policy: `<policies ${"a".repeat(4 * MEGABYTE)}` },
];
