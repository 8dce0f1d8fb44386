import type { AttributeSpan, PolicyElement } from "./element.ts";
import { PolicySyntaxError } from "./syntax-error.ts";
import { ValueReader, isBlank } from "./value.ts";
import type { ExpressionSpan } from "./value.ts";

/** A stretch of the source. All spans of a document, joined, are the source. */
export interface Span {
  kind: "mark" | "text" | "comment" | "cdata" | "instruction" | "open" | "empty" | "close";
  start: number;
  end: number;
  /** The expressions of a text. */
  expressions?: readonly ExpressionSpan[];
  /** The element of a tag. */
  element?: PolicyElement;
}

/** A scanned text: its spans, and the elements that are not inside another. */
export interface Scan {
  spans: readonly Span[];
  roots: readonly PolicyElement[];
}

/**
 * Divides a policy document, in either of the service's formats, into spans and elements. Tolerant of C# expressions
 * and of nothing else. Time and memory are linear in the text; depth is not limited by the stack.
 * @throws PolicySyntaxError at the first place that cannot be read for certain.
 */
export function scanPolicy(text: string): Scan {
  return new Scanner(text).scan();
}

const BYTE_ORDER_MARK = 0xfeff;
const NAME = /[\p{L}_][\p{L}\p{N}_.:-]*/uy;

class Scanner {
  readonly #text: string;
  readonly #values: ValueReader;
  readonly #spans: Span[] = [];
  readonly #roots: PolicyElement[] = [];
  #open: PolicyElement | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#values = new ValueReader(text);
  }

  scan(): Scan {
    let at = 0;
    if (this.#text.charCodeAt(0) === BYTE_ORDER_MARK) {
      this.#spans.push({ kind: "mark", start: 0, end: 1 });
      at = 1;
    }
    while (at < this.#text.length) {
      at = this.#scanSpan(at);
    }
    if (this.#open !== undefined) {
      throw new PolicySyntaxError(
        this.#open.start,
        "element-unclosed",
        `<${this.#open.name}> has no end tag: add </${this.#open.name}>.`,
      );
    }
    return { spans: this.#spans, roots: this.#roots };
  }

  #scanSpan(at: number): number {
    if (this.#text[at] !== "<") {
      const { end, expressions } = this.#values.readText(at);
      this.#spans.push({ kind: "text", start: at, end, expressions });
      return end;
    }
    switch (this.#text.charAt(at + 1)) {
      case "/":
        return this.#scanClose(at);
      case "?":
        return this.#scanDelimited("instruction", at, "<?", "?>");
      case "!":
        return this.#scanDeclaration(at);
      default:
        return this.#scanOpen(at);
    }
  }

  #scanDeclaration(at: number): number {
    if (this.#text.startsWith("<!--", at)) {
      return this.#scanDelimited("comment", at, "<!--", "-->");
    }
    if (this.#text.startsWith("<![CDATA[", at)) {
      return this.#scanDelimited("cdata", at, "<![CDATA[", "]]>");
    }
    throw new PolicySyntaxError(
      at,
      "declaration-unknown",
      "'<!' begins neither a comment nor a CDATA section: a policy document may not have document types.",
    );
  }

  #scanDelimited(kind: Span["kind"], start: number, opener: string, closer: string): number {
    const close = this.#text.indexOf(closer, start + opener.length);
    if (close === -1) {
      throw new PolicySyntaxError(
        start,
        `${kind}-unclosed`,
        `What begins here lacks its '${closer}'.`,
      );
    }
    const end = close + closer.length;
    this.#spans.push({ kind, start, end });
    return end;
  }

  #scanOpen(start: number): number {
    const name = this.#nameAt(start + 1);
    const attributes: AttributeSpan[] = [];
    const names = new Set<string>();
    let at = start + 1 + name.length;
    for (;;) {
      const next = this.#skipBlanks(at);
      if (this.#text[next] === ">" || this.#text.startsWith("/>", next)) {
        return this.#enter(start, name, attributes, next);
      }
      if (next === at) {
        throw this.#malformedTag(next, name);
      }
      const attribute = this.#scanAttribute(next, name);
      if (names.has(attribute.name)) {
        throw new PolicySyntaxError(
          attribute.start,
          "attribute-duplicate",
          `<${name}> has the attribute '${attribute.name}' twice: keep one.`,
        );
      }
      names.add(attribute.name);
      attributes.push(attribute);
      at = attribute.end;
    }
  }

  #enter(start: number, name: string, attributes: AttributeSpan[], tagEnd: number): number {
    const selfClosed = this.#text[tagEnd] === "/";
    const openEnd = tagEnd + (selfClosed ? 2 : 1);
    const element: PolicyElement = {
      name,
      start,
      openEnd,
      closeStart: openEnd,
      end: openEnd,
      selfClosed,
      attributes,
      parent: this.#open,
      children: [],
      spanIndex: this.#spans.length,
    };
    (this.#open?.children ?? this.#roots).push(element);
    this.#spans.push({ kind: selfClosed ? "empty" : "open", start, end: openEnd, element });
    if (!selfClosed) {
      this.#open = element;
    }
    return openEnd;
  }

  #scanAttribute(start: number, element: string): AttributeSpan {
    const name = this.#nameAt(start);
    const equals = this.#skipBlanks(start + name.length);
    const quoteAt = this.#skipBlanks(equals + 1);
    const quote = this.#text[quoteAt];
    if (this.#text[equals] !== "=" || (quote !== '"' && quote !== "'")) {
      throw this.#malformedTag(start, element);
    }
    const valueStart = quoteAt + 1;
    const { end, expressions } = this.#values.readAttribute(valueStart, quote);
    return { name, start, end: end + 1, valueStart, valueEnd: end, expressions };
  }

  #scanClose(start: number): number {
    const name = this.#nameAt(start + 2);
    const tagEnd = this.#skipBlanks(start + 2 + name.length);
    if (this.#text[tagEnd] !== ">") {
      throw this.#malformedTag(start, name);
    }
    const element = this.#open;
    if (element?.name !== name) {
      const expected =
        element === undefined ? "no element is open here" : `<${element.name}> is open here`;
      throw new PolicySyntaxError(start, "tag-mismatch", `</${name}> closes nothing: ${expected}.`);
    }
    element.closeStart = start;
    element.end = tagEnd + 1;
    this.#spans.push({ kind: "close", start, end: element.end, element });
    this.#open = element.parent;
    return element.end;
  }

  #nameAt(at: number): string {
    NAME.lastIndex = at;
    const name = NAME.exec(this.#text)?.[0];
    if (name === undefined) {
      throw new PolicySyntaxError(
        at,
        "name-malformed",
        "A name was expected here: write '&lt;' for a '<' that begins no tag.",
      );
    }
    return name;
  }

  #malformedTag(at: number, name: string): PolicySyntaxError {
    return new PolicySyntaxError(
      at,
      "tag-malformed",
      `The tag of <${name}> cannot be read here: attributes are name="value" with blanks between.`,
    );
  }

  #skipBlanks(from: number): number {
    let at = from;
    while (isBlank(this.#text.charCodeAt(at))) {
      at += 1;
    }
    return at;
  }
}
