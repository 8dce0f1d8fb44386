import { expect, test } from "vitest";
import { findReferences } from "./references.ts";

test("finds what is written out, at any depth", () => {
  const text = `<policies>
  <inbound>
    <base />
    <choose>
      <when condition="@(context.Request.Url.Path.Length < 9)">
        <set-backend-service base-url="https://a.example/api?x=1&amp;y=2" />
      </when>
      <otherwise><set-backend-service backend-id="b" /></otherwise>
    </choose>
    <send-request mode="new" response-variable-name="r">
      <set-url>https://c.example/</set-url>
      <set-method>GET</set-method>
      <authentication-managed-identity resource="d" client-id="e" />
    </send-request>
    <set-header name=" X-Functions-Key "><value>{{key}}</value></set-header>
  </inbound>
  <backend><set-backend-service base-url="https://f.example" /></backend>
</policies>`;
  expect(findReferences(text)).toEqual({
    readable: true,
    choosesBackend: true,
    backendUrls: ["https://a.example/api?x=1&y=2", "https://f.example"],
    requestUrls: ["https://c.example/"],
    backendIds: ["b"],
    tokens: [{ resource: "d", clientId: "e" }],
    headers: ["x-functions-key"],
  });
});

test("concludes nothing from what only the gateway can know, but that there is a backend", () => {
  const text = `<policies><inbound>
    <set-backend-service base-url="@(context.Variables["to"])" />
    <set-backend-service backend-id="{{backend}}" />
    <authentication-managed-identity resource="{{audience}}" />
    <set-header name="@("X")" exists-action="delete" />
  </inbound></policies>`;
  expect(findReferences(text)).toEqual({
    readable: true,
    choosesBackend: true,
    backendUrls: [],
    requestUrls: [],
    backendIds: [],
    tokens: [],
    headers: [],
  });
});

test("says when a document could not be read", () => {
  expect(findReferences("<policies>").readable).toBe(false);
});
