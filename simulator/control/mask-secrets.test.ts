import { expect, test } from "vitest";
import { maskSecrets } from "./mask-secrets.ts";

const SITE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/orders-func";

test.each([
  {
    name: "values of application settings are hidden, their names are not",
    path: `${SITE}/config/appsettings/list`,
    body: { id: "x", properties: { CONNECTION: "Key=1", OTHER: "2" } },
    shown: { id: "x", properties: { CONNECTION: "***", OTHER: "***" } },
  },
  {
    name: "in whatever letter case they are asked for",
    path: `${SITE}/CONFIG/AppSettings`,
    body: { properties: { CONNECTION: "Key=1" } },
    shown: { properties: { CONNECTION: "***" } },
  },
  {
    name: "a new password of an application is hidden, wherever it stands",
    path: "/v1.0/applications/a",
    body: { passwordCredentials: [{ keyId: "k", secretText: "s" }], secretText: "t" },
    shown: { passwordCredentials: [{ keyId: "k", secretText: "***" }], secretText: "***" },
  },
  {
    name: "an old one has no text to hide",
    path: "/v1.0/applications/a",
    body: { passwordCredentials: [{ secretText: null }] },
    shown: { passwordCredentials: [{ secretText: null }] },
  },
  {
    name: "everything else is kept",
    path: `${SITE}/config/web`,
    body: { properties: { list: [1, null, "a"] } },
    shown: { properties: { list: [1, null, "a"] } },
  },
  { name: "what is not JSON is kept", path: `${SITE}/config/appsettings`, body: "x", shown: "x" },
])("$name", ({ path, body, shown }) => {
  expect(maskSecrets(path, body)).toEqual(shown);
});
