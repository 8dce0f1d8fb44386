import { describe, expect, test } from "vitest";

import { checkPolicy } from "./check.ts";
import type { PolicyStatements } from "./statements.ts";

const WANTED: PolicyStatements = {
  resource: "api://orders",
  removeHeaders: ["X-Key"],
  removeQueryParameters: ["key"],
};
const OURS = `<authentication-managed-identity resource="api://orders" ignore-error="false" />`;
const KEYS = `<set-header name="X-Key" exists-action="delete" /><set-query-parameter name="key" exists-action="delete" />`;

function inbound(content: string): string {
  return `<policies>\n<inbound>\n${content}\n</inbound>\n</policies>`;
}

const PROTECTED: readonly [what: string, content: string, findings: string[]][] = [
  ["our statements", `<base />${OURS}${KEYS}`, []],
  ["no <base />, which is reported", `${OURS}${KEYS}`, ["2:1 warning base-missing"]],
  ["two <base />, both before", `<base /><base />${OURS}${KEYS}`, []],
  [
    "no ignore-error, which is false then",
    `<base />${OURS.replace(` ignore-error="false"`, "")}${KEYS}`,
    [],
  ],
  [
    "a token for another resource in a variable",
    `<base />${OURS}${KEYS}<authentication-managed-identity resource="b" output-token-variable-name="t" />`,
    [],
  ],
  ["Authorization set before", `<base /><set-header name="Authorization"/>${OURS}${KEYS}`, []],
  [
    "Authorization set for another request",
    `<base />${OURS}${KEYS}<send-request><set-header name="Authorization"/></send-request>`,
    [],
  ],
  [
    "Authorization added where it is missing",
    `<base />${OURS}${KEYS}<set-header name="Authorization" exists-action="skip"/>`,
    [],
  ],
];

test.each(PROTECTED)("%s: protected", (_what, content, findings) => {
  const check = checkPolicy(inbound(content), WANTED);

  expect(check).toMatchObject({ protected: true, readable: true, differences: [] });
  expect(check.findings.map(brief)).toEqual(findings);
});

const OPEN: readonly [what: string, content: string, findings: string[], paths: string[]][] = [
  [
    "no identity",
    `<base />\n${KEYS}`,
    ["2:1 error identity-missing"],
    ["inbound/authentication-managed-identity"],
  ],
  [
    "an identity in choose only",
    `<base /><choose><when condition="@(true)">${OURS}</when></choose>${KEYS}`,
    ["2:1 error identity-missing"],
    ["inbound/authentication-managed-identity"],
  ],
  [
    "an identity in a comment only",
    `<base /><!--${OURS}-->${KEYS}`,
    ["2:1 error identity-missing"],
    ["inbound/authentication-managed-identity"],
  ],
  [
    "the token in a variable",
    `<base />${OURS.replace(" />", ` output-token-variable-name="t" />`)}${KEYS}`,
    ["2:1 error identity-missing"],
    ["inbound/authentication-managed-identity"],
  ],
  [
    "two identities",
    `<base />\n${OURS}\n${OURS}\n${KEYS}`,
    ["4:1 error identity-duplicate"],
    ["inbound/authentication-managed-identity"],
  ],
  [
    "another audience",
    `<base />\n ${OURS.replace("orders", "other")}\n${KEYS}`,
    ["4:2 error identity-conflict"],
    ["inbound/authentication-managed-identity@resource"],
  ],
  [
    "errors ignored",
    `<base />\n${OURS.replace("false", "true")}\n${KEYS}`,
    ["4:1 error identity-attribute"],
    ["inbound/authentication-managed-identity@ignore-error"],
  ],
  [
    "another identity",
    `<base />\n${OURS.replace(" ignore", ` client-id="c" ignore`)}\n${KEYS}`,
    ["4:1 error identity-attribute"],
    ["inbound/authentication-managed-identity@client-id"],
  ],
  [
    "before <base />",
    `${OURS}\n<base />\n${KEYS}`,
    ["3:1 error identity-before-base"],
    ["inbound/authentication-managed-identity#order"],
  ],
  [
    "Authorization set after it",
    `<base />${OURS}\n<set-header name="AUTHORIZATION"/>\n${KEYS}`,
    ["4:1 error authorization-after"],
    ["inbound/authentication-managed-identity#order"],
  ],
  [
    "Authorization deleted in choose after it",
    `<base />${OURS}\n<choose><when condition="@(true)">\n<set-header name="Authorization" exists-action="delete"/></when></choose>${KEYS}`,
    ["5:1 error authorization-after"],
    ["inbound/authentication-managed-identity#order"],
  ],
  [
    "another authentication after it",
    `<base />${OURS}\n<authentication-basic username="a" password="b"/>${KEYS}`,
    ["4:1 error authorization-after"],
    ["inbound/authentication-managed-identity#order"],
  ],
  [
    "an unknown header set after it",
    `<base />${OURS}\n<set-header name="{{header}}"/>${KEYS}`,
    ["4:1 warning authorization-hidden"],
    ["inbound/authentication-managed-identity#order"],
  ],
  [
    "a fragment after it",
    `<base />${OURS}\n<include-fragment fragment-id="f"/>${KEYS}`,
    ["4:1 warning authorization-hidden"],
    ["inbound/authentication-managed-identity#order"],
  ],
  [
    "the key kept",
    `<base />${OURS}`,
    ["2:1 error removal-missing", "2:1 error removal-missing"],
    ["inbound/set-header[X-Key]", "inbound/set-query-parameter[key]"],
  ],
  [
    "the key removed in choose only",
    `<base />${OURS}<choose><when condition="@(true)">${KEYS}</when></choose>`,
    ["2:1 error removal-missing", "2:1 error removal-missing"],
    ["inbound/set-header[X-Key]", "inbound/set-query-parameter[key]"],
  ],
  [
    "the key removed by an action nobody knows",
    `<base />${OURS}${KEYS.replace("delete", "{{action}}")}`,
    ["2:1 error removal-missing"],
    ["inbound/set-header[X-Key]"],
  ],
  [
    "the key set again",
    `<base />${OURS}${KEYS}\n<set-query-parameter name="key"><value>1</value></set-query-parameter>`,
    ["4:1 error removal-undone"],
    ["inbound/set-query-parameter[key]#order"],
  ],
];

test.each(OPEN)("%s: not protected", (_what, content, findings, paths) => {
  const check = checkPolicy(inbound(content), WANTED);

  expect(check).toMatchObject({ protected: false, readable: true });
  expect(check.findings.map(brief)).toEqual(findings);
  expect(check.differences.map(({ path }) => path)).toEqual(paths);
});

test("an absent document inherits and nothing more", () => {
  expect(checkPolicy(undefined, WANTED)).toMatchObject({ protected: false, readable: true });
});

test("no inbound section: a merge would add one", () => {
  const { findings } = checkPolicy("<policies/>", WANTED);

  expect(findings.map(({ code }) => code)).toContain("inbound-missing");
});

test("what cannot be read is not protected", () => {
  expect(checkPolicy("<policies>", WANTED)).toMatchObject({
    protected: false,
    readable: false,
    findings: [{ code: "element-unclosed" }],
  });
});

test("what the backend section does to the token is a warning, since no merge can mend it", () => {
  const source = `<policies><inbound><base />${OURS}${KEYS}</inbound>\n<backend><retry>\n <set-header name="Authorization"/></retry>\n<include-fragment fragment-id="f"/></backend></policies>`;

  const check = checkPolicy(source, WANTED);

  expect(check.protected).toBe(true);
  expect(check.findings.map(brief)).toEqual([
    "3:2 warning authorization-in-backend",
    "4:1 warning authorization-in-backend",
  ]);
});

describe("differences", () => {
  test("tell desired and observed", () => {
    const source = inbound(OURS.replace("false", "true"));

    expect(checkPolicy(source, { ...WANTED, removeQueryParameters: [] }).differences).toEqual([
      {
        path: "inbound/authentication-managed-identity@ignore-error",
        desired: "false",
        observed: "true",
        danger: "weakens",
      },
      {
        path: "inbound/set-header[X-Key]",
        desired: `<set-header name="X-Key" exists-action="delete" />`,
        danger: "weakens",
      },
    ]);
  });

  test("mark expressions, which may hold secrets", () => {
    const source = inbound(`${OURS.replace(`"false"`, `"@(1 < 2)"`)}${KEYS}`);

    expect(checkPolicy(source, WANTED).differences).toMatchObject([
      { observed: "@(1 < 2)", expression: true },
    ]);
  });

  test("are cut at 256 characters", () => {
    const resource = "x".repeat(300);
    const source = inbound(`${OURS.replace("api://orders", resource)}${KEYS}`);

    const [difference] = checkPolicy(source, WANTED).differences;

    expect(difference?.observed).toHaveLength(256);
  });
});

function brief({
  line,
  column,
  severity,
  code,
}: {
  line: number;
  column: number;
  severity: string;
  code: string;
}): string {
  return `${line}:${column} ${severity} ${code}`;
}
