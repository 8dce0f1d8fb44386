import * as fc from "fast-check";

/** How a generated document is written down. */
export interface Writing {
  /** The service's two formats: expressions as they are, or escaped so that the document is XML. */
  form: "raw" | "escaped";
  lineEnd: string;
  indentation: string;
  /** Byte-order mark, declaration, comments. */
  before: string;
  after: string;
}

type Value = { kind: "plain" | "expression"; text: string; quote: '"' | "'" };

interface Element {
  kind: "element";
  name: string;
  attributes: [name: string, value: Value][];
  content: Node[];
  /** Written `<x></x>` rather than `<x />` when there is no content. */
  open: boolean;
}

type Node = Element | { kind: "text"; value: Value } | { kind: "verbatim"; text: string };

/** A policy document before it is written down. */
export type PolicyTree = Element;

/** C# with everything that could be taken for something else. */
const CODE = [
  "context.Request.Body.As<JObject>(preserveContent: true)",
  'context.Request.Headers.GetValueOrDefault("X", "")',
  '"</inbound>" + "<authentication-managed-identity resource=\\"x\\" />"',
  '"a\\"b" + "\\\\"',
  '@"C:\\" + @"a ""quoted"" b"',
  '$"{(a ? "x" : "y")} {{not a hole}} {now:yyyy-MM-dd\'T\'HH:mm}"',
  '$@"{f(")")}\\"',
  '"""raw " string )"""',
  "'\"' + '\\'' + ')'",
  'x < 1 && y > 2 || z[")"] != null',
  'new Dictionary<string, List<int>> { { "a)", null } }',
  '"<!--" + "-->" + "]]>" + "?>"',
  "a /* it's ) \" */ + b",
  '"&quot" + "&amp" + "a & b"',
  '"{{named-value}}" + "@(not one)"',
  '"é漢🙂"',
];

const PLAIN = [
  "",
  "1",
  "a b",
  "{{named-value}}",
  "https://x/?a=1&b=2",
  "me@example.com",
  "> )}'",
  "${placeholder}",
  "é漢🙂",
  "{% if a %}{{ a | escape }}{% endif %}",
];

const VERBATIM = [
  "<!-- a -- comment -->",
  '<!-- <inbound><authentication-managed-identity resource="x" /></inbound> -->',
  '<!-- @(" -->',
  "<?note </inbound> ?>",
];

const NAMES = ["rate-limit", "set-variable", "set-body", "cors", "choose", "x:y", "trace"];

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.record({
    kind: fc.constant("plain" as const),
    text: fc.constantFrom(...PLAIN),
    quote: fc.constantFrom('"' as const, "'" as const),
  }),
  fc.record({
    kind: fc.constant("expression" as const),
    text: fc.oneof(
      fc
        .array(fc.constantFrom(...CODE), { minLength: 1, maxLength: 3 })
        .map((c) => `@(${c.join(" + ")})`),
      fc
        .array(fc.constantFrom(...CODE), { minLength: 1, maxLength: 3 })
        .map((c) => `@{ // it's "fine" )\n  ${c.map((code) => `f(${code});`).join("\n  ")}\n}`),
    ),
    quote: fc.constantFrom('"' as const, "'" as const),
  }),
);

const attributes = fc.uniqueArray(
  fc.tuple(fc.constantFrom("a", "name", "x:b", "condition"), value),
  {
    maxLength: 3,
    selector: ([name]) => name,
  },
);

function named(name: string, written: Record<string, string>): Element {
  const entries = Object.entries(written).map(([key, text]): [string, Value] => [
    key,
    { kind: "plain", text, quote: '"' },
  ]);
  return { kind: "element", name, attributes: entries, content: [], open: false };
}

/** Elements that matter to a merge for `api://orders`, and look-alikes. */
const TELLING: readonly Element[] = [
  named("base", {}),
  named("authentication-managed-identity", { resource: "api://orders" }),
  named("authentication-managed-identity", { resource: "api://orders", "ignore-error": "true" }),
  named("authentication-managed-identity", { resource: "api://orders", "client-id": "other" }),
  named("authentication-managed-identity", { resource: "b", "output-token-variable-name": "t" }),
  named("set-header", { name: "Authorization", "exists-action": "override" }),
  named("set-header", { name: "ocp-apim-subscription-key", "exists-action": "delete" }),
  named("set-header", { name: "Ocp-Apim-Subscription-Key", "exists-action": "override" }),
  named("set-query-parameter", { name: "subscription-key", "exists-action": "delete" }),
  named("include-fragment", { "fragment-id": "f" }),
];

const { node } = fc.letrec<{ node: Node; element: Element }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...VERBATIM).map((text): Node => ({ kind: "verbatim", text })),
    fc.constantFrom(...TELLING),
    tie("element"),
  ),
  element: fc.record({
    kind: fc.constant("element" as const),
    name: fc.constantFrom(...NAMES),
    attributes,
    content: fc.oneof(
      fc.array(tie("node"), { maxLength: 3 }),
      value.map((text): Node[] => [{ kind: "text", value: text }]),
      // Text, and so CDATA, among statements is refused by the service.
      fc.constant<Node[]>([{ kind: "verbatim", text: "<![CDATA[</inbound> <inbound> @{ ]]>" }]),
    ),
    open: fc.boolean(),
  }),
}));

function section(name: string): fc.Arbitrary<Element> {
  return fc.record({
    kind: fc.constant("element" as const),
    name: fc.constant(name),
    attributes: fc.constant([]),
    content: fc.array(node, { maxLength: 6 }),
    open: fc.boolean(),
  });
}

/** Policy documents of all shapes that the service could hold. */
export const policyTree: fc.Arbitrary<PolicyTree> = fc
  .tuple(
    fc.option(section("inbound")),
    fc.option(section("backend")),
    fc.option(section("outbound")),
    fc.boolean(),
  )
  .map(([inbound, backend, outbound, inboundLast]) => {
    const others = [backend, outbound].filter((child) => child !== null);
    const own = inbound === null ? [] : [inbound];
    return {
      kind: "element",
      name: "policies",
      attributes: [],
      content: inboundLast ? [...others, ...own] : [...own, ...others],
      open: false,
    };
  });

/** Ways to write a document down. */
export const policyWriting: fc.Arbitrary<Writing> = fc.record({
  form: fc.constantFrom("raw" as const, "escaped" as const),
  lineEnd: fc.constantFrom("\n", "\r\n", ""),
  indentation: fc.constantFrom("  ", "    ", "\t", ""),
  before: fc.constantFrom(
    "",
    "\uFEFF",
    '<?xml version="1.0"?>\n',
    "<!-- IMPORTANT: <policies> -->\n\n",
  ),
  after: fc.constantFrom("", "\n", "\r\n<!-- end -->\n"),
});

/** Writes a document down. */
export function writePolicy(tree: PolicyTree, writing: Writing): string {
  return writing.before + writeElement(tree, writing, writing.lineEnd) + writing.after;
}

function writeElement(element: Element, writing: Writing, lineStart: string): string {
  const tag = [
    element.name,
    ...element.attributes.map(
      ([name, { quote, ...rest }]) =>
        `${name}=${quote}${writeValue({ ...rest, quote }, writing, quote)}${quote}`,
    ),
  ].join(" ");
  if (element.content.length === 0) {
    return element.open ? `<${tag}></${element.name}>` : `<${tag} />`;
  }
  const inner = lineStart === "" ? "" : lineStart + writing.indentation;
  const content = element.content.map((child) => {
    switch (child.kind) {
      case "element":
        return inner + writeElement(child, writing, inner);
      case "verbatim":
        return inner + child.text;
      case "text":
        return writeValue(child.value, writing, undefined);
      default:
        return child satisfies never;
    }
  });
  const isText = element.content.some(({ kind }) => kind === "text");
  return `<${tag}>${content.join("")}${isText ? "" : lineStart}</${element.name}>`;
}

function writeValue({ kind, text }: Value, { form }: Writing, quote: string | undefined): string {
  if (kind === "expression" && form === "raw") {
    return text;
  }
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  if (quote === undefined) {
    return escaped;
  }
  return escaped.replaceAll("\n", "&#xA;").replaceAll(quote, quote === '"' ? "&quot;" : "&apos;");
}
