import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readPolicy, type PolicyElement } from "./document.ts";
import { formatPolicy, renderPolicy } from "./format.ts";

describe("formatPolicy writes a document as the service stores it", () => {
  test.each([
    {
      name: "tabs, CRLF, no line end at the end",
      sent: "<policies>\n  <inbound>\n    <base />\n  </inbound>\n</policies>\n",
      stored: "<policies>\r\n\t<inbound>\r\n\t\t<base />\r\n\t</inbound>\r\n</policies>",
    },
    {
      name: "an empty pair stays a pair, a self-closed element stays self-closed",
      sent: "<policies><inbound></inbound><outbound/></policies>",
      stored: "<policies>\r\n\t<inbound></inbound>\r\n\t<outbound />\r\n</policies>",
    },
    {
      name: "comments stay, also before the root",
      sent: "<!-- a --><policies><inbound><!-- b --><base/></inbound></policies>",
      stored:
        "<!-- a -->\r\n<policies>\r\n\t<inbound>\r\n\t\t<!-- b -->\r\n\t\t<base />\r\n\t</inbound>\r\n</policies>",
    },
    {
      name: "single quotes become double ones, a quote inside is escaped",
      sent: `<policies><inbound><set-variable name='a' value='say "x"' /></inbound></policies>`,
      stored: `<policies>\r\n\t<inbound>\r\n\t\t<set-variable name="a" value="say &quot;x&quot;" />\r\n\t</inbound>\r\n</policies>`,
    },
    {
      name: "text stays on its line; the order of sections is as sent; no on-error is added",
      sent: "<policies><outbound/><inbound><set-header name='X'><value>a b</value></set-header></inbound></policies>",
      stored: `<policies>\r\n\t<outbound />\r\n\t<inbound>\r\n\t\t<set-header name="X">\r\n\t\t\t<value>a b</value>\r\n\t\t</set-header>\r\n\t</inbound>\r\n</policies>`,
    },
    {
      name: "byte order mark and XML declaration go",
      sent: `\uFEFF<?xml version="1.0"?><policies />`,
      stored: "<policies />",
    },
  ])("$name", ({ sent, stored }) => {
    expect(formatPolicy(sent, "rawxml")).toBe(stored);
    expect(formatPolicy(stored, "rawxml")).toBe(stored);
  });

  test("a rawxml expression keeps bare quotes, generics and operators", () => {
    const expression = `@(context.Variables.GetValueOrDefault<string>("a", "") == "b" && 1 < 2)`;
    const stored = formatPolicy(
      `<policies><x v="${expression}">${expression}</x></policies>`,
      "rawxml",
    );

    expect(stored).toBe(`<policies>\r\n\t<x v="${expression}">${expression}</x>\r\n</policies>`);
    const element = readPolicy(stored).children[0];
    expect(element?.attributes["v"]).toBe(expression);
    expect(element?.text).toBe(expression);
  });

  test("the xml form escapes expressions, and storing it gives the rawxml form again", () => {
    const stored = formatPolicy(
      `<policies><x v="@("a" + (1 < 2 && true))">@{ return "q"; }</x></policies>`,
      "rawxml",
    );
    const escaped = renderPolicy(stored, "xml");

    expect(escaped).toContain(`v="@(&quot;a&quot; + (1 &lt; 2 &amp;&amp; true))"`);
    expect(escaped).toContain(`>@{ return "q"; }<`);
    expect(formatPolicy(escaped, "xml")).toBe(stored);
  });
});

const corpusFolder = join(
  process.env["SFB_CORPUS_DIR"] ?? join(import.meta.dirname, "../../../shared/corpus"),
  "policies",
);
const corpus = existsSync(corpusFolder)
  ? readdirSync(corpusFolder).filter((name) => name.endsWith(".xml"))
  : [];
const readable = corpus.filter((name) => isReadable(load(name)));

describe.skipIf(corpus.length === 0)(
  `real policy documents (skipped unless ${corpusFolder} is there)`,
  () => {
    test("nearly all can be read", () => {
      expect(readable.length / corpus.length).toBeGreaterThan(0.9);
    });

    test.each(readable)("%s keeps its meaning when stored", (name) => {
      const source = load(name);
      const stored = formatPolicy(source, "rawxml");

      expect(withoutPlaces(readPolicy(stored))).toEqual(withoutPlaces(readPolicy(source)));
      expect(formatPolicy(stored, "rawxml")).toBe(stored);
      expect(formatPolicy(renderPolicy(stored, "xml"), "xml")).toBe(stored);
    });
  },
);

function load(name: string): string {
  return readFileSync(join(corpusFolder, name), "utf8");
}

function isReadable(document: string): boolean {
  try {
    readPolicy(document);
    return true;
  } catch {
    return false;
  }
}

/** The tree without lines and columns, white space of text folded. */
function withoutPlaces(element: PolicyElement): unknown {
  return {
    name: element.name,
    attributes: element.attributes,
    text: element.text.replace(/\s+/gu, " "),
    children: element.children.map(withoutPlaces),
  };
}
