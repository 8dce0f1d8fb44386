import { expect, test } from "vitest";

import { decodeReferences, escapeAttribute } from "./entities.ts";

test.each([
  ["&amp;&lt;&gt;&quot;&apos;", `&<>"'`],
  ["&#65;&#x42;&#X43;&#x1F642;", "ABC🙂"],
  ["&amp;lt;", "&lt;"],
  ["a & b && c", "a & b && c"],
  ["&nbsp; &; &#; &#x; &amp", "&nbsp; &; &#; &#x; &amp"],
  ["&#x110000; &#99999999;", "&#x110000; &#99999999;"],
  ["&toString; &valueOf;", "&toString; &valueOf;"],
])("%s stands for %s", (source, decoded) => {
  expect(decodeReferences(source)).toBe(decoded);
});

test("what is escaped decodes to itself", () => {
  const value = `a&b"<c>'&amp;`;

  expect(escapeAttribute(value)).not.toMatch(/["<>]/);
  expect(decodeReferences(escapeAttribute(value))).toBe(value);
});
