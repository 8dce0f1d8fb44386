import { describe, expect, test } from "vitest";

import { readPolicyDocument } from "./document.ts";
import type { PolicyElement } from "./element.ts";

function outline(element: PolicyElement): string {
  return element.children.length === 0
    ? element.name
    : `${element.name}(${element.children.map(outline).join(" ")})`;
}

const READABLE: readonly [what: string, source: string, outline: string][] = [
  ["self-closed root", "<policies />", "policies"],
  ["byte-order mark", "\uFEFF<policies/>", "policies"],
  ["declaration and comments before", '<?xml version="1.0"?><!-- a --><policies/>', "policies"],
  ["comment with dashes", "<policies><!-- a -- <x> --></policies>", "policies"],
  ["elements in comments", "<policies><!-- <inbound/> --></policies>", "policies"],
  ["elements in CDATA", "<policies><a><![CDATA[<b/>]]></a></policies>", "policies(a)"],
  ["quote in other quotes", `<policies><a x='"' y="'"/></policies>`, "policies(a)"],
  ["attribute over lines", '<policies><a\n x\n=\n"1"\n/></policies>', "policies(a)"],
  ["'>' in an attribute", '<policies><a x=">"/></policies>', "policies(a)"],
  ["expression in an attribute", `<policies><a x="@(b["<c/>"])"/></policies>`, "policies(a)"],
  ["expression in a text", `<policies><a> @{"</a>"} </a></policies>`, "policies(a)"],
  [
    "expressions one after the other",
    `<policies><a>@("<b/>")@("<c/>")</a></policies>`,
    "policies(a)",
  ],
  ["expression after other words", `<policies><a>x @(b.As<C>())</a></policies>`, "policies(a)"],
  [
    "expression after other words in an attribute",
    `<policies><a x="y-@(b["c"])"/></policies>`,
    "policies(a)",
  ],
  [
    "a quote after which no tag could go on",
    `<policies><a x="/b/@(c("/", d))" y=" @(e(" ") < 1)"/></policies>`,
    "policies(a)",
  ],
  ["'@(' that begins nothing", "<policies><a>me@(x</a></policies>", "policies(a)"],
  ["named value", '<policies><a x="{{b}}">{{c}}</a></policies>', "policies(a)"],
  ["named value after '@'", '<policies><a x="@{{b}}"/></policies>', "policies(a)"],
  ["Liquid", "<policies><a>{% if x < y %}</a></policies>".replace("< y", "&lt; y"), "policies(a)"],
  [
    "reference in a raw string",
    `<policies><a x="@(b.Replace("&quot;", "'"))"/></policies>`,
    "policies(a)",
  ],
  ["escaped expression", `<policies><a x="@(&quot;)&quot; + 1)"/></policies>`, "policies(a)"],
  ["blanks in end tags", "<policies><a></a ></policies\n>", "policies(a)"],
  ["namespace prefixes", '<policies xmlns:x="y"><x:a/></policies>', "policies(x:a)"],
  [
    "sections that nobody knows",
    "<policies><inbound><b/></inbound><c/></policies>",
    "policies(inbound(b) c)",
  ],
];

describe("reads for certain", () => {
  test.each(READABLE)("%s", (_what, source, wanted) => {
    const reading = readPolicyDocument(source);

    expect(reading).toMatchObject({ readable: true });
    expect(reading.readable ? outline(reading.document.root) : undefined).toBe(wanted);
  });
});

const REFUSED: readonly [
  what: string,
  source: string,
  code: string,
  line: number,
  column: number,
][] = [
  ["nothing", "", "root-missing", 1, 1],
  ["blanks only", " \n", "root-missing", 1, 1],
  ["a fragment", "<!-- a -->\n<fragment/>", "root-fragment", 2, 1],
  ["another root", "\uFEFF<Policies/>", "root-unknown", 1, 1],
  ["two roots", "<policies/>\n <policies/>", "root-duplicate", 2, 2],
  ["text before the root", "a<policies/>", "root-text", 1, 1],
  ["text after the root", "<policies/>\r\n\r\nb", "root-text", 3, 1],
  [
    "two inbound sections",
    "<policies>\n<inbound/>\n\t<inbound/></policies>",
    "inbound-duplicate",
    3,
    2,
  ],
  ["an open element", "<policies>\n  <inbound>\n</policies>", "tag-mismatch", 3, 1],
  ["an open root", "<policies>\n  <inbound/>", "element-unclosed", 1, 1],
  ["a closer of nothing", "</policies>", "tag-mismatch", 1, 1],
  ["another letter case", "<policies></Policies>", "tag-mismatch", 1, 11],
  ["an open comment", "<policies>\n<!-- a", "comment-unclosed", 2, 1],
  ["an open CDATA section", "<policies><![CDATA[", "cdata-unclosed", 1, 11],
  ["an open instruction", "<?xml", "instruction-unclosed", 1, 1],
  ["a document type", "<!DOCTYPE policies><policies/>", "declaration-unknown", 1, 1],
  ["a bare '<'", "<policies>a < b</policies>", "name-malformed", 1, 14],
  ["an attribute without quotes", "<policies><a x=1/></policies>", "tag-malformed", 1, 14],
  ["an attribute without value", "<policies><a x/></policies>", "tag-malformed", 1, 14],
  ["attributes without a blank", `<policies><a x=""y=""/></policies>`, "tag-malformed", 1, 18],
  ["an attribute twice", `<policies><a x="" x=""/></policies>`, "attribute-duplicate", 1, 19],
  ["an open attribute", '<policies><a x="1', "attribute-unclosed", 1, 17],
  ["'<' in an attribute", '<policies><a x="<"/></policies>', "attribute-malformed", 1, 17],
  ["an open expression", `<policies><a x="@((1)"/></policies>`, "expression-unclosed", 1, 17],
  ["an open expression in a text", "<policies><a>@(1</a></policies>", "expression-unclosed", 1, 14],
  [
    "an uncertain beginning",
    "<policies><a>x @( <b/> )</a></policies>",
    "expression-ambiguous",
    1,
    16,
  ],
  [
    "an uncertain beginning in an attribute",
    `<policies><a x="b@(" y="c)"/></policies>`,
    "expression-ambiguous",
    1,
    18,
  ],
  [
    "an expression in an attribute that could end within it",
    `<policies><a x="b@(c(" />", d))"/></policies>`,
    "expression-ambiguous",
    1,
    18,
  ],
];

describe("refuses, with the place", () => {
  test.each(REFUSED)("%s", (_what, source, code, line, column) => {
    expect(readPolicyDocument(source)).toEqual({
      readable: false,
      finding: { code, line, column, severity: "error", message: expect.stringMatching(/\w/) },
    });
  });
});

test("references in many raw strings do not use up a small document's readings", () => {
  const statement = `<a x="@(b.Contains("&quot; ("))"/>`;

  const reading = readPolicyDocument(`<policies>${statement.repeat(101)}</policies>`);

  expect(reading.readable && reading.document.root.children).toHaveLength(101);
});

describe("takes linear time for", () => {
  const many = 20_000;
  test.each([
    ["deep nesting", "<a>".repeat(many) + "</a>".repeat(many)],
    ["expressions without an end", "x@(".repeat(many)],
    ["expressions in a row", "@(a)".repeat(many)],
    ["brackets", `@(${"(".repeat(many)}${")".repeat(many)})`],
    ["references", "@(&quot;)".repeat(many)],
    ["blanks", `${" ".repeat(many)}<x${"\n".repeat(many)}/>`],
  ])("%s", (_what, content) => {
    const began = performance.now();

    readPolicyDocument(`<policies><inbound>${content}</inbound></policies>`);

    // A quadratic reading takes minutes.
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
