import { describe, expect, test } from "vitest";

import { canonicalForm } from "./canonical.ts";

function policy(content: string): string {
  return `<policies><inbound>${content}</inbound></policies>`;
}

const SAME: readonly [what: string, one: string, other: string][] = [
  ["indentation and line ends", "\n  <a />\n", "\r\n\t\t<a />"],
  ["self-closed or not", "<a />", "<a></a>"],
  ["quotes", `<a x='1' y='"'/>`, `<a x="1" y="&quot;"/>`],
  ["order of attributes", `<a x="1" y="2"/>`, `<a y="2" x="1"/>`],
  ["blanks in tags", `<a x="1"/>`, `<a\n\tx = "1"\n/>`],
  ["comments", "<a><!-- x --></a>", "<a></a>"],
  ["references", `<a x="&#97;&amp;">&gt;</a>`, `<a x="a&#38;">></a>`],
  ["CDATA", "<a><![CDATA[x]]></a>", "<a>x</a>"],
  ["line breaks in an attribute", `<a x="b\nc"/>`, `<a x="b&#xA;c"/>`],
  [
    "escaped expressions",
    `<a x="@(b["c"] < 1 && d)"/>`,
    `<a x="@(b[&quot;c&quot;] &lt; 1 &amp;&amp; d)"/>`,
  ],
  ["escaped references in expressions", `<a x="@(f("&"))"/>`, `<a x="@(f(&quot;&amp;&quot;))"/>`],
  ["layout of an expression", `<a>@{\n  return 1;\n}</a>`, `<a>@{\r\n\treturn 1;\r\n}</a>`],
  ["comments of an expression", `<a>@{ /* x */ return 1; }</a>`, `<a>@{ return 1; }</a>`],
  ["line ends in a string of an expression", `<a>@(@"x\ny")</a>`, `<a>@(@"x\r\ny")</a>`],
];

test.each(SAME)("%s do not count", (_what, one, other) => {
  expect(canonicalForm(policy(one))).toBe(canonicalForm(policy(other)));
});

const DIFFERENT: readonly [what: string, one: string, other: string][] = [
  ["names", "<a/>", "<A/>"],
  ["values", `<a x="1"/>`, `<a x="2"/>`],
  ["letter case of values", `<a x="b"/>`, `<a x="B"/>`],
  ["text", "<a>x</a>", "<a>y</a>"],
  ["order of elements", "<a/><b/>", "<b/><a/>"],
  ["depth", "<a><b/></a>", "<a/><b/>"],
  ["blanks in a string of an expression", `<a>@("x  y")</a>`, `<a>@("x y")</a>`],
  ["an attribute and a text", `<a x="1"/>`, `<a>x="1"</a>`],
  ["an element in CDATA", "<a><![CDATA[<b/>]]></a>", "<a><b/></a>"],
  ["two attributes and one", `<a x="1" y="2"/>`, `<a x='1" y="2'/>`],
];

test.each(DIFFERENT)("%s count", (_what, one, other) => {
  expect(canonicalForm(policy(one))).not.toBe(canonicalForm(policy(other)));
});

describe("a text that cannot be read", () => {
  test("stands for itself", () => {
    expect(canonicalForm("<policies>\r\n<a")).toBe(canonicalForm("<policies>\n<a"));
    expect(canonicalForm("<policies><a")).not.toBe(canonicalForm("<policies><b"));
  });
});
