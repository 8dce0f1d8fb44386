import { describe, expect, test } from "vitest";

import { mergePolicy } from "./merge.ts";
import { EMPTY_POLICY } from "./skeleton.ts";
import type { PolicyStatements } from "./statements.ts";

const RESOURCE = "api://orders";
const WANTED: PolicyStatements = {
  resource: RESOURCE,
  removeHeaders: ["X-Key"],
  removeQueryParameters: [],
};
const OURS = `<authentication-managed-identity resource="api://orders" ignore-error="false" />`;
const KEY = `<set-header name="X-Key" exists-action="delete" />`;

const MERGED: readonly [what: string, source: string, merged: string][] = [
  [
    "after the last statement, indented like it",
    "<policies>\n  <inbound>\n    <base />\n  </inbound>\n</policies>\n",
    `<policies>\n  <inbound>\n    <base />\n    ${OURS}\n    ${KEY}\n  </inbound>\n</policies>\n`,
  ],
  [
    "tabs, CRLF, byte-order mark",
    "\uFEFF<policies>\r\n\t<inbound>\r\n\t\t<base />\r\n\t</inbound>\r\n</policies>",
    `\uFEFF<policies>\r\n\t<inbound>\r\n\t\t<base />\r\n\t\t${OURS}\r\n\t\t${KEY}\r\n\t</inbound>\r\n</policies>`,
  ],
  [
    "line ends of the place where the document mixes them",
    "<policies>\n<inbound>\r\n <base />\r\n</inbound>\n</policies>",
    `<policies>\n<inbound>\r\n <base />\r\n ${OURS}\r\n ${KEY}\r\n</inbound>\n</policies>`,
  ],
  [
    "one line",
    "<policies><inbound><base /></inbound></policies>",
    `<policies><inbound><base />${OURS}${KEY}</inbound></policies>`,
  ],
  [
    "a section on one line",
    "<policies>\n  <inbound><base /></inbound>\n</policies>",
    `<policies>\n  <inbound><base />${OURS}${KEY}</inbound>\n</policies>`,
  ],
  [
    "after a comment that ends the section",
    "<policies>\n  <inbound>\n    <base /> <!-- </inbound> -->\n  </inbound>\n</policies>",
    `<policies>\n  <inbound>\n    <base /> <!-- </inbound> -->\n    ${OURS}\n    ${KEY}\n  </inbound>\n</policies>`,
  ],
  [
    "an empty section",
    "<policies>\n  <inbound></inbound>\n</policies>",
    `<policies>\n  <inbound>\n    ${OURS}\n    ${KEY}\n  </inbound>\n</policies>`,
  ],
  [
    "a section with blanks only",
    "<policies>\n  <inbound>\n  </inbound>\n</policies>",
    `<policies>\n  <inbound>\n    ${OURS}\n    ${KEY}\n  </inbound>\n</policies>`,
  ],
  [
    "a self-closed section",
    "<policies>\n\t<inbound />\n</policies>",
    `<policies>\n\t<inbound>\n\t\t${OURS}\n\t\t${KEY}\n\t</inbound>\n</policies>`,
  ],
  [
    "a section on the first line",
    "<policies><inbound />\r\n</policies>",
    `<policies><inbound>\r\n    ${OURS}\r\n    ${KEY}\r\n</inbound>\r\n</policies>`,
  ],
  [
    "no section",
    "<policies>\n  <backend />\n</policies>",
    `<policies>\n  <inbound>\n    <base />\n    ${OURS}\n    ${KEY}\n  </inbound>\n  <backend />\n</policies>`,
  ],
  [
    "a self-closed root",
    "<policies />",
    `<policies><inbound><base />${OURS}${KEY}</inbound></policies>`,
  ],
  [
    "what is there and right stays, what is missing comes",
    `<policies><inbound><base />${OURS}<rate-limit /></inbound></policies>`,
    `<policies><inbound><base />${OURS}<rate-limit />${KEY}</inbound></policies>`,
  ],
  [
    "other attributes are corrected in place",
    `<policies><inbound><base /><authentication-managed-identity ignore-error='true' client-id="x" resource="${RESOURCE}"/>${KEY}</inbound></policies>`,
    `<policies><inbound><base /><authentication-managed-identity ignore-error="false" resource="${RESOURCE}"/>${KEY}</inbound></policies>`,
  ],
  [
    "an expression for ignore-error is corrected",
    `<policies><inbound><authentication-managed-identity resource="${RESOURCE}" ignore-error="@(1 < 2)"/>${KEY}</inbound></policies>`,
    `<policies><inbound><authentication-managed-identity resource="${RESOURCE}" ignore-error="false"/>${KEY}</inbound></policies>`,
  ],
  [
    "of duplicates the last stays",
    `<policies>\n <inbound>\n  ${OURS}\n  <base />\n  ${OURS}\n  ${KEY}\n </inbound>\n</policies>`,
    `<policies>\n <inbound>\n  <base />\n  ${OURS}\n  ${KEY}\n </inbound>\n</policies>`,
  ],
  [
    "one before <base /> moves",
    `<policies><inbound>${OURS}<base />${KEY}</inbound></policies>`,
    `<policies><inbound><base />${KEY}${OURS}</inbound></policies>`,
  ],
  [
    "one before a statement that sets Authorization moves",
    `<policies><inbound>${OURS}${KEY}<choose><when condition="@(1<2)"><set-header name="authorization" exists-action="delete"/></when></choose></inbound></policies>`,
    `<policies><inbound>${KEY}<choose><when condition="@(1<2)"><set-header name="authorization" exists-action="delete"/></when></choose>${OURS}</inbound></policies>`,
  ],
  [
    "one before a fragment moves",
    `<policies><inbound>${OURS}${KEY}<include-fragment fragment-id="f"/></inbound></policies>`,
    `<policies><inbound>${KEY}<include-fragment fragment-id="f"/>${OURS}</inbound></policies>`,
  ],
  [
    "a key that is set again is removed again",
    `<policies><inbound>${KEY}<set-header name="x-key"><value>1</value></set-header>${OURS}</inbound></policies>`,
    `<policies><inbound>${KEY}<set-header name="x-key"><value>1</value></set-header>${OURS}${KEY}</inbound></policies>`,
  ],
  [
    "one with a token variable, one in choose and one in a request of its own are not ours",
    `<policies><inbound><authentication-managed-identity resource="${RESOURCE}" output-token-variable-name="t"/><choose><when condition="@(true)"><authentication-managed-identity resource="other"/></when></choose><send-request>${OURS}</send-request></inbound></policies>`,
    `<policies><inbound><authentication-managed-identity resource="${RESOURCE}" output-token-variable-name="t"/><choose><when condition="@(true)"><authentication-managed-identity resource="other"/></when></choose><send-request>${OURS}</send-request>${OURS}${KEY}</inbound></policies>`,
  ],
];

describe("merges", () => {
  test.each(MERGED)("%s", (_what, source, merged) => {
    expect(mergePolicy(source, WANTED)).toMatchObject({
      outcome: "merged",
      changed: true,
      text: merged,
    });
  });

  test("an absent document into the service's default", () => {
    const statement = (text: string): string => `        ${text}\n`;

    expect(mergePolicy(undefined, WANTED)).toMatchObject({
      outcome: "merged",
      changed: true,
      text: EMPTY_POLICY.replace(
        "    </inbound>",
        `${statement(OURS)}${statement(KEY)}    </inbound>`,
      ),
      record: { created: "document" },
    });
  });

  test("a user-assigned identity", () => {
    const result = mergePolicy("<policies />", { ...WANTED, clientId: "c" });

    expect(result).toMatchObject({
      text: expect.stringContaining(`resource="${RESOURCE}" client-id="c" ignore-error="false"`),
    });
  });

  test("values that need escaping", () => {
    const resource = `api://a&b"<c>`;

    const result = mergePolicy("<policies />", { ...WANTED, resource });

    expect(result).toMatchObject({
      text: expect.stringContaining(`resource="api://a&amp;b&quot;&lt;c&gt;"`),
    });
    expect(
      result.outcome === "merged" && mergePolicy(result.text, { ...WANTED, resource }),
    ).toMatchObject({ changed: false });
  });
});

const UNCHANGED: readonly [what: string, source: string][] = [
  ["our statements at the end", `<policies><inbound><base />${OURS}${KEY}</inbound></policies>`],
  ["in another order", `<policies><inbound>${KEY}${OURS}</inbound></policies>`],
  [
    "written in another way",
    `<policies><inbound><authentication-managed-identity\n\tresource = 'api&#58;//orders'></authentication-managed-identity><set-header exists-action='delete' name='x-KEY'/></inbound></policies>`,
  ],
  [
    "with harmless statements after them",
    `<policies><inbound>${OURS}${KEY}<set-header name="Authorization" exists-action="skip"/><return-response><set-header name="Authorization"/></return-response></inbound></policies>`,
  ],
];

test.each(UNCHANGED)("does not touch %s", (_what, source) => {
  expect(mergePolicy(source, WANTED)).toMatchObject({
    outcome: "merged",
    changed: false,
    text: source,
  });
});

const CONFLICTS: readonly [what: string, attributes: string][] = [
  ["another resource", `resource="api://other"`],
  ["another letter case", `resource="API://orders"`],
  ["a named value", `resource="{{audience}}"`],
  ["an expression", `resource="@("api://" + "orders")"`],
  ["no resource", `client-id="x"`],
];

test.each(CONFLICTS)("is in conflict with %s", (_what, attributes) => {
  const source = `<policies>\n<inbound>\n  <authentication-managed-identity ${attributes} />\n</inbound></policies>`;

  const result = mergePolicy(source, WANTED);

  expect(result.outcome).toBe("conflict");
  expect(result.findings).toContainEqual(
    expect.objectContaining({ code: "identity-conflict", line: 3, column: 3, severity: "error" }),
  );
});

test("the record of many displaced statements stays small beside a large neighbour", () => {
  const neighbour = `<choose>${"<otherwise />".repeat(1_000)}</choose>`;
  const source = `<policies><inbound>${neighbour}${OURS.repeat(200)}</inbound></policies>`;

  const { record } = mergePolicy(source, WANTED) as { record: unknown };

  expect(JSON.stringify(record).length).toBeLessThan(4 * source.length);
});

test("GUIDs are the same in any letter case", () => {
  const guid = "6DD8AB30-7d4b-4c1e-9e43-3c3a3b1c7a55";
  const source = `<policies><inbound><authentication-managed-identity resource="${guid}" />${KEY}</inbound></policies>`;

  expect(mergePolicy(source, { ...WANTED, resource: guid.toLowerCase() })).toMatchObject({
    outcome: "merged",
    changed: false,
  });
});

test("what cannot be read is refused", () => {
  expect(mergePolicy("<policies><inbound></policies>", WANTED)).toEqual({
    outcome: "unreadable",
    findings: [expect.objectContaining({ code: "tag-mismatch", line: 1, column: 20 })],
  });
});

test("a place where our statements would not be read again is refused", () => {
  const source = `<policies><inbound>me@("</inbound></policies>`;

  expect(mergePolicy(source, { ...WANTED, resource: "a)" })).toMatchObject({
    outcome: "conflict",
    findings: expect.arrayContaining([expect.objectContaining({ code: "merge-unproven" })]),
  });
});

test.each(["", "a\nb", "{{name}}", "@(1)", " @{return 1;}"])(
  "%j cannot be written and is refused",
  (value) => {
    expect(() => mergePolicy("<policies />", { ...WANTED, resource: value })).toThrow(RangeError);
    expect(() => mergePolicy("<policies />", { ...WANTED, removeHeaders: [value] })).toThrow(
      RangeError,
    );
  },
);
