import { describe, expect, test } from "vitest";
import { findAuthorizationUses } from "./authorization-uses.ts";

function usesOf(inbound: string): readonly string[] {
  const { uses } = findAuthorizationUses(`<policies><inbound>${inbound}</inbound></policies>`);
  return uses.map(({ element }) => element);
}

describe("what has to do with the caller's Authorization", () => {
  test.each([
    `<validate-jwt header-name="Authorization"><openid-config url="https://i.example" /></validate-jwt>`,
    `<validate-azure-ad-token tenant-id="t" />`,
    `<authentication-basic username="u" password="{{p}}" />`,
    `<check-header name=" authorization " failed-check-httpcode="401" />`,
    `<set-header name="Authorization" exists-action="override"><value>x</value></set-header>`,
    `<set-header name="X-User" exists-action="override"><value>@(context.Request.Headers.GetValueOrDefault("Authorization",""))</value></set-header>`,
    `<set-header name="Authorization" exists-action="override"><value>@("Bearer " + context.Request.Headers["Authorization"])</value></set-header>`,
    `<set-variable name="t" value="@(context.Request.Headers["authorization"].First())" />`,
  ])("is found: %s", (statement) => {
    const name = /^<([\w-]+)/.exec(statement)?.[1];
    expect(usesOf(statement)).toEqual([name]);
    expect(usesOf(`<choose><when condition="@(true)">${statement}</when></choose>`)).toEqual(
      usesOf(statement),
    );
  });

  test.each([
    `<base />`,
    `<authentication-managed-identity resource="a" />`,
    `<validate-jwt query-parameter-name="t"><openid-config url="https://i.example" /></validate-jwt>`,
    `<set-header name="X-Team" exists-action="override"><value>Authorization</value></set-header>`,
    `<set-variable name="c" value="@(context.Request.Headers.GetValueOrDefault("X-Customer", "none"))" />`,
    `<!-- <validate-azure-ad-token tenant-id="t" /> -->`,
  ])("is not found: %s", (statement) => {
    expect(usesOf(statement)).toEqual([]);
  });

  test("stands at a line and a column, and what runs after the function does not count", () => {
    const check = `<validate-azure-ad-token tenant-id="t" />`;
    const text = `<policies>\n <inbound>\n  ${check}\n </inbound>\n <outbound>${check}</outbound></policies>`;
    expect(findAuthorizationUses(text)).toEqual({
      readable: true,
      uses: [{ element: "validate-azure-ad-token", line: 3, column: 3 }],
    });
  });

  test("is not known of a document that cannot be read", () => {
    expect(findAuthorizationUses("<policies>")).toEqual({ readable: false, uses: [] });
  });
});
