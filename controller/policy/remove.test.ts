import { describe, expect, test } from "vitest";

import { canonicalForm } from "./canonical.ts";
import { mergePolicy } from "./merge.ts";
import type { MergeRecord } from "./record.ts";
import { removePolicy } from "./remove.ts";
import { EMPTY_POLICY } from "./skeleton.ts";
import type { PolicyStatements } from "./statements.ts";

const WANTED: PolicyStatements = {
  resource: "api://orders",
  clientId: "c",
  removeHeaders: ["X-Key"],
  removeQueryParameters: ["key"],
};
const OURS = `<authentication-managed-identity resource="api://orders" client-id="c" ignore-error="false" />`;
const KEY = `<set-header name="X-Key" exists-action="delete" />`;

/** Merges, lets the record go through JSON as a stored one does, and gives both. */
function merge(source: string | undefined): { text: string; record: MergeRecord } {
  const result = mergePolicy(source, WANTED);
  if (result.outcome !== "merged") {
    throw new Error(`The source must be mergeable, but: ${JSON.stringify(result.findings)}`);
  }
  return { text: result.text, record: JSON.parse(JSON.stringify(result.record)) as MergeRecord };
}

/** As the service gives a document back: CRLF, tabs, double quotes. */
function reformat(text: string): string {
  return text
    .replace(/\s*\n\s*/g, "\r\n\t\t")
    .replace(/='([^'"]*)'/g, '="$1"')
    .trimEnd();
}

const SOURCES: readonly [what: string, source: string][] = [
  [
    "nothing of ours",
    "<policies>\n  <inbound>\n    <base />\n    <rate-limit calls='1'/>\n  </inbound>\n</policies>\n",
  ],
  ["no inbound section", "<policies>\n  <backend><base/></backend>\n</policies>\n"],
  ["an empty inbound section", "<policies>\n  <inbound></inbound>\n</policies>\n"],
  ["a self-closed inbound section", "<policies>\n  <inbound />\n</policies>\n"],
  [
    "an identity with other attributes",
    `<policies>\n<inbound>\n<base />\n<authentication-managed-identity resource='api://orders' ignore-error='true' />\n</inbound>\n</policies>`,
  ],
  [
    "an identity without the client id",
    `<policies>\n<inbound>\n<authentication-managed-identity resource="api://orders"/>\n${KEY}\n</inbound>\n</policies>`,
  ],
  [
    "duplicates",
    `<policies>\n<inbound>\n${OURS}\n<a/>\n${OURS}\n<b/>\n${OURS}\n</inbound>\n</policies>`,
  ],
  [
    "duplicates in a row, first",
    `<policies>\n<inbound>\n${OURS}\n<authentication-managed-identity resource="api://orders" />\n<base />\n</inbound>\n</policies>`,
  ],
  [
    "one that has to move",
    `<policies>\n<inbound>\n<a/>\n${OURS}\n<b/>\n<a/>\n<include-fragment fragment-id="f"/>\n</inbound>\n</policies>`,
  ],
  ["one of ours already", `<policies>\n<inbound>\n<base />\n${KEY}\n</inbound>\n</policies>`],
  [
    "all of ours already",
    `<policies>\n<inbound>\n${OURS}\n${KEY}\n<set-query-parameter name="key" exists-action="delete"/>\n</inbound>\n</policies>`,
  ],
];

describe.each(SOURCES)("with the record, a document with %s", (_what, source) => {
  test("comes back byte for byte", () => {
    const { text, record } = merge(source);

    expect(removePolicy(text, { statements: WANTED, record })).toMatchObject({
      outcome: "removed",
      text: source,
    });
  });

  test("comes back by meaning after the service has formatted it anew", () => {
    const { text, record } = merge(source);

    const result = removePolicy(reformat(text), { statements: WANTED, record });

    expect(result.outcome === "removed" && canonicalForm(result.text ?? "")).toBe(
      canonicalForm(source.replace("<inbound />", "<inbound></inbound>")),
    );
  });

  test("keeps what its owners have added meanwhile", () => {
    const { text, record } = merge(source);
    const edited = text.replace("</inbound>", "<trace /></inbound>");

    const result = removePolicy(edited, { statements: WANTED, record });

    expect(result).toMatchObject({ outcome: "removed", changed: text !== source });
    expect(result.outcome === "removed" && result.text).toContain("<trace /></inbound>");
  });
});

describe("a document that the merge created", () => {
  test("is gone, also after the service has formatted it anew", () => {
    const { text, record } = merge(undefined);

    for (const stored of [text, reformat(text)]) {
      expect(removePolicy(stored, { statements: WANTED, record })).toEqual({
        outcome: "removed",
        text: undefined,
        changed: true,
        findings: [],
      });
    }
  });

  test("stays when its owners have put something in", () => {
    const { text, record } = merge(undefined);

    const result = removePolicy(text.replace("<base />", "<base />\n        <cors />"), {
      statements: WANTED,
      record,
    });

    expect(result).toMatchObject({ text: expect.stringContaining("<cors />") });
    expect(result).not.toMatchObject({ text: expect.stringContaining("X-Key") });
  });
});

test("a default document that was there before stays", () => {
  const { text, record } = merge(EMPTY_POLICY);

  expect(removePolicy(text, { statements: WANTED, record })).toMatchObject({ text: EMPTY_POLICY });
});

test("a displaced statement finds its neighbour, though its offset is another one now", () => {
  const rest = `${KEY}<set-query-parameter name="key" exists-action="delete" />`;
  const source = `<policies><inbound><a />${OURS}<b />${OURS}${rest}</inbound></policies>`;
  const { text, record } = merge(source);
  const added = (document: string): string => document.replace("<a />", "<cors /><a />");

  const result = removePolicy(added(text), { statements: WANTED, record });

  expect(result).toMatchObject({ outcome: "removed", text: added(source) });
});

test("many displaced statements find their many equal neighbours in linear time", () => {
  const source = `<policies><inbound>${`<a />${OURS}`.repeat(8_000)}</inbound></policies>`;
  const { text, record } = merge(source);
  const began = performance.now();

  const result = removePolicy(`${text}\n`, { statements: WANTED, record });

  // A quadratic search takes many times as long.
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(result).toMatchObject({ outcome: "removed", text: `${source}\n` });
});

test("with the record, an identity that was changed since goes all the same", () => {
  const { text, record } = merge("<policies><inbound><base /></inbound></policies>");

  const result = removePolicy(text.replace(`"false"`, `"true"`), { statements: WANTED, record });

  expect(result).toMatchObject({ text: "<policies><inbound><base /></inbound></policies>" });
});

const WITHOUT_RECORD: readonly [what: string, source: string, left: string][] = [
  [
    "equal ones",
    `<policies>\n <inbound>\n  <base />\n  ${OURS}\n  ${KEY}\n </inbound>\n</policies>`,
    "<policies>\n <inbound>\n  <base />\n </inbound>\n</policies>",
  ],
  [
    "equal ones in other words",
    `<policies><inbound><set-header exists-action='delete' name='x-key'></set-header></inbound></policies>`,
    "<policies><inbound></inbound></policies>",
  ],
  [
    "an identity for another resource",
    `<policies><inbound>${OURS.replace("orders", "other")}${KEY}</inbound></policies>`,
    `<policies><inbound>${OURS.replace("orders", "other")}</inbound></policies>`,
  ],
  [
    "an identity with other attributes",
    `<policies><inbound>${OURS.replace("false", "true")}</inbound></policies>`,
    `<policies><inbound>${OURS.replace("false", "true")}</inbound></policies>`,
  ],
  [
    "a removal with content",
    `<policies><inbound>${KEY.replace(" />", "><value>1</value></set-header>")}</inbound></policies>`,
    `<policies><inbound>${KEY.replace(" />", "><value>1</value></set-header>")}</inbound></policies>`,
  ],
  [
    "a key's removal in choose",
    `<policies><inbound><choose>${KEY}</choose></inbound></policies>`,
    `<policies><inbound><choose>${KEY}</choose></inbound></policies>`,
  ],
];

test.each(WITHOUT_RECORD)("without a record, %s", (_what, source, left) => {
  expect(removePolicy(source, { statements: WANTED })).toEqual({
    outcome: "removed",
    text: left,
    changed: left !== source,
    findings: [],
  });
});

test("a record of a later version is not guessed at", () => {
  const { text, record } = merge("<policies />");

  const result = removePolicy(text, {
    statements: WANTED,
    record: { ...record, version: 2 as 1 },
  });

  expect(result).toMatchObject({ outcome: "conflict", findings: [{ code: "record-unknown" }] });
});

test("what cannot be read is refused", () => {
  expect(removePolicy("<policies", { statements: WANTED })).toMatchObject({
    outcome: "unreadable",
    findings: [{ code: "tag-malformed", line: 1, column: 10 }],
  });
});
