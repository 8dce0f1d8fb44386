import { describe, expect, test } from "vitest";

import { readExpression } from "./expression.ts";
import type { ExpressionForm } from "./expression.ts";

/** `⟧` marks where the expression ends; without it, the expression has no end. */
const RAW: readonly [what: string, source: string][] = [
  ["one statement", "@(1)⟧ rest)"],
  ["a block", "@{ return 1; }⟧}"],
  ["nested brackets", "@((a[0](b{c})))⟧)"],
  ["generics and comparisons", "@(x.As<JObject>()[1] < 2 && y)⟧"],
  ["a closer in a string", '@(")")⟧'],
  ["an escaped quote", String.raw`@("\")")⟧`],
  ["an escaped backslash", String.raw`@("\\")⟧")`],
  ["a verbatim string", String.raw`@(@"\")⟧")`],
  ["a doubled quote in a verbatim string", '@(@"a"")")⟧'],
  ["an empty string", '@("" + ")")⟧'],
  ["an interpolated string", '@($"{a}")⟧'],
  ["a string in a hole", '@($"{f(")")}")⟧'],
  ["an interpolated string in a hole", '@($"{$"{a + ")"}"})")⟧'],
  ["braces doubled in an interpolated string", '@($"{{)")⟧'],
  ["a verbatim interpolated string", String.raw`@($@"\{f(")")}"")")⟧`],
  ["the other order of prefixes", String.raw`@(@$"\{x}")⟧`],
  ["a format with quotes in a hole", `@($"{now:yyyy-MM-dd'T'HH:mm'}")⟧`],
  ["an alias qualifier in a hole", '@($"{global::X.F("}")}")⟧'],
  ["a raw string", '@("""a " ) "" b""")⟧'],
  ["a longer raw string", '@(""""a """ ) b"""")⟧'],
  ["a character", "@(')')⟧"],
  ["a quote as a character", `@('"')⟧'`],
  ["an apostrophe as a character", String.raw`@('\'')⟧`],
  ["a line comment", "@{ // it's )}\n}⟧"],
  ["a block comment", '@{ /* " ) } * */ }⟧'],
  ["a division", "@(a / b)⟧"],
  ["an identifier with @", "@(@class + 1)⟧"],
  ["a reference in a string", '@(x.Replace("&quot;", ")"))⟧'],
  ["no closer", "@((1)"],
  ["the wrong closer", "@(1}"],
  ["crossed brackets", "@(a[1)]"],
  ["an open string", '@("a)'],
  ["an open verbatim string", '@(@"a"")'],
  ["an open raw string", '@("""a"")'],
  ["an open character", "@('\n')"],
  ["an open line comment", "@(1 // )"],
  ["an open block comment", "@(1 /* )"],
  ["an open hole", '@($"{a")'],
  ["a hole closed wrongly", '@($"{a)")'],
];

const ESCAPED: readonly [what: string, source: string][] = [
  ["a string", "@(&quot;)&quot;)⟧"],
  ["a string by number", "@(&#34;)&#x22;)⟧"],
  ["a character", "@(&apos;)&apos;)⟧"],
  ["an apostrophe's reference", "@(&#39;&quot;&#39;)⟧"],
  ["a reference to an ampersand", "@(&quot;&amp;quot;)&quot;)⟧"],
  ["a line end that ends a comment", "@{ // )}&#xA; }⟧"],
  ["an ampersand of its own", "@(a && b)⟧"],
  ["an unknown reference", "@(&nbsp;)⟧"],
];

describe.each<[ExpressionForm, readonly [string, string][]]>([
  ["raw", RAW],
  ["escaped", ESCAPED],
])("in %s form", (form, cases) => {
  test.each(cases)("%s: %s", (_what, marked) => {
    const end = marked.indexOf("⟧");
    const source = marked.replace("⟧", "");

    expect(readExpression(source, 0, form).end).toBe(end === -1 ? undefined : end);
  });
});

test("strings and comments are told apart from code", () => {
  const source = '@{ // note\n return $"a {b /* c */}"; }';
  const stretches: Parameters<typeof readExpression>[3] = [];

  readExpression(source, 0, "raw", stretches);

  expect(stretches.map(({ kind, start, end }) => [kind, source.slice(start, end)])).toEqual([
    ["comment", "// note"],
    ["string", '$"a {'],
    ["comment", "/* c */"],
    ["string", '}"'],
  ]);
});
