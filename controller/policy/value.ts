import { beginsExpression, readExpression } from "./expression.ts";
import type { ExpressionForm, ExpressionReading } from "./expression.ts";
import { PolicySyntaxError } from "./syntax-error.ts";

/** A C# expression in an attribute's value or in text. */
export interface ExpressionSpan {
  start: number;
  end: number;
  form: ExpressionForm;
}

/** A value: where it ends (at the attribute's quote, or at the `<` after a text) and the expressions in it. */
export interface ValueReading {
  end: number;
  expressions: readonly ExpressionSpan[];
}

const NO_EXPRESSIONS: readonly ExpressionSpan[] = [];
/** Characters per character of the text, and for any text: a small document is always read to its end. */
const REREADING_ALLOWANCE = { perCharacter: 16, atLeast: 20_000_000 };

/**
 * Reads attribute values and texts. A value that begins with `@(` or `@{` is an expression; one that has it further on
 * may be, and is refused where the two readings would end in different places.
 */
export class ValueReader {
  readonly #text: string;
  /** Readings that come to nothing are bounded, so that no text takes more than linear time. */
  #allowance: number;

  constructor(text: string) {
    this.#text = text;
    this.#allowance = Math.max(
      REREADING_ALLOWANCE.perCharacter * text.length,
      REREADING_ALLOWANCE.atLeast,
    );
  }

  /**
   * Reads the attribute value that begins at `start`, after its opening quote.
   * @throws PolicySyntaxError when it has no end, or more than one.
   */
  readAttribute(start: number, quote: string): ValueReading {
    const expressions: ExpressionSpan[] = [];
    for (let at = start; at < this.#text.length;) {
      const character = this.#text[at];
      if (character === quote) {
        return { end: at, expressions: expressions.length === 0 ? NO_EXPRESSIONS : expressions };
      }
      if (character === "<") {
        throw new PolicySyntaxError(
          at,
          "attribute-malformed",
          "An attribute value holds '<' outside an expression: write '&lt;', or close the quote before it.",
        );
      }
      const expression = this.#expressionAt(at, at === start, quote);
      if (expression === undefined) {
        at += 1;
        continue;
      }
      if (at > start && expressions.length === 0) {
        this.#refusePlainEnd(expression, quote);
      }
      expressions.push(expression);
      at = expression.end;
    }
    throw new PolicySyntaxError(
      start,
      "attribute-unclosed",
      "The attribute value that begins here has no closing quote.",
    );
  }

  /**
   * Reads the text that begins at `start`, up to the next tag, comment or the end of the document.
   * @throws PolicySyntaxError when an expression in it has no end, or more than one.
   */
  readText(start: number): ValueReading {
    const expressions: ExpressionSpan[] = [];
    let blankSoFar = true;
    let at = start;
    while (at < this.#text.length && this.#text.charCodeAt(at) !== LESS_THAN) {
      const expression = this.#expressionAt(at, blankSoFar);
      if (expression === undefined) {
        blankSoFar &&= isBlank(this.#text.charCodeAt(at));
        at += 1;
        continue;
      }
      if (!blankSoFar && expressions.length === 0) {
        this.#refuseMarkup(expression);
      }
      blankSoFar = false;
      expressions.push(expression);
      at = expression.end;
    }
    return { end: at, expressions: expressions.length === 0 ? NO_EXPRESSIONS : expressions };
  }

  /**
   * The one expression at `start`, or undefined when there is none.
   * `mustClose`: it stands first, so it has to be one. `quote`: of the attribute it stands in, absent in a text.
   */
  #expressionAt(start: number, mustClose: boolean, quote?: string): ExpressionSpan | undefined {
    if (!beginsExpression(this.#text, start)) {
      return undefined;
    }
    const escaped = this.#read(start, "escaped");
    const form = escaped.metReference ? "escaped" : "raw";
    if (
      escaped.end !== undefined &&
      (form === "raw" || this.#isEscaped(start, escaped.end, quote))
    ) {
      return { start, end: escaped.end, form };
    }
    const raw = escaped.metReference ? this.#read(start, "raw") : escaped;
    if (raw.end !== undefined) {
      return { start, end: raw.end, form: "raw" };
    }
    if (escaped.end !== undefined) {
      return { start, end: escaped.end, form };
    }
    if (mustClose) {
      throw new PolicySyntaxError(
        start,
        "expression-unclosed",
        "The C# expression that begins here has no end: look for a missing bracket or quote.",
      );
    }
    return undefined;
  }

  /** In escaped form, nothing in an expression could be markup, and an attribute's quote follows it. */
  #isEscaped(start: number, end: number, quote: string | undefined): boolean {
    if (quote === undefined) {
      return !this.#holdsAny(["<"], start, end);
    }
    let next = end;
    while (isBlank(this.#text.charCodeAt(next))) {
      next += 1;
    }
    return this.#text[next] === quote && !this.#holdsAny(["<", quote], start, end);
  }

  #read(start: number, form: ExpressionForm): ExpressionReading {
    const reading = readExpression(this.#text, start, form);
    if (reading.end === undefined || form === "raw") {
      this.#allowance -= reading.cost;
      if (this.#allowance < 0) {
        throw new PolicySyntaxError(
          start,
          "expression-unclosed",
          "Too many expressions without an end: the document cannot be read.",
        );
      }
    }
    return reading;
  }

  /** Refuses an expression inside a value that could as well end before it does, so that the tag goes on. */
  #refusePlainEnd({ start, end }: ExpressionSpan, quote: string): void {
    const plainEnd = this.#text.slice(start, end).indexOf(quote);
    TAG_GOES_ON.lastIndex = start + plainEnd + 1;
    if (plainEnd !== -1 && TAG_GOES_ON.test(this.#text)) {
      throw uncertainBeginning(start);
    }
  }

  /** Refuses an expression inside a text that holds what could be markup: an end tag, an empty element, a comment. */
  #refuseMarkup({ start, end }: ExpressionSpan): void {
    if (this.#holdsAny(["</", "/>", "<!", "<?"], start, end)) {
      throw uncertainBeginning(start);
    }
  }

  #holdsAny(signs: readonly string[], start: number, end: number): boolean {
    const stretch = this.#text.slice(start, end);
    return signs.some((sign) => stretch.includes(sign));
  }
}

function uncertainBeginning(start: number): PolicySyntaxError {
  return new PolicySyntaxError(
    start,
    "expression-ambiguous",
    "It is not certain whether an expression begins here: let the value begin with '@(' or '@{'.",
  );
}

const LESS_THAN = 60;
/** What may follow an attribute: the end of the tag, or another attribute. */
const TAG_GOES_ON = /[ \t\r\n]*\/?>|[ \t\r\n]+[\p{L}_][\p{L}\p{N}_.:-]*[ \t\r\n]*=[ \t\r\n]*["']/uy;

/** True for XML's white space: blank, tab, line feed, carriage return. */
export function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}
