import { referenceAt } from "./entities.ts";

/**
 * How an expression is written: `raw` as in the service's `rawxml` format, where `&quot;` inside a C# string is six
 * characters, or `escaped` as in its `xml` format, where it is the quote that opens or closes the string.
 */
export type ExpressionForm = "raw" | "escaped";

/** A stretch of a C# expression in which white space means something, or nothing at all. */
export interface Stretch {
  kind: "string" | "comment";
  start: number;
  end: number;
}

/** What one reading of an expression came to. `end` is undefined when the expression has no end. */
export interface ExpressionReading {
  end: number | undefined;
  /** True when a reference such as `&quot;` was met, so that the other form may read differently. */
  metReference: boolean;
  /** Characters looked at: what the reading cost. */
  cost: number;
}

/** True when a C# expression, `@(…)` or `@{…}`, may begin at `offset`. */
export function beginsExpression(text: string, offset: number): boolean {
  const opener = text.charCodeAt(offset + 1);
  return text.charCodeAt(offset) === AT && (opener === OPEN_PAREN || opener === OPEN_BRACE);
}

/**
 * Follows the expression that begins at `start` to its balanced closer, past C# strings (plain, verbatim, interpolated,
 * raw), characters and comments. Never recurses; looks at each character once. `stretches` collects strings and
 * comments in order.
 */
export function readExpression(
  text: string,
  start: number,
  form: ExpressionForm,
  stretches?: Stretch[],
): ExpressionReading {
  return new ExpressionReader(text, start, form, stretches).read();
}

const AT = 64;
const OPEN_PAREN = 40;
const CLOSE_PAREN = 41;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const QUOTE = 34;
const APOSTROPHE = 39;
const BACKSLASH = 92;
const SLASH = 47;
const STAR = 42;
const DOLLAR = 36;
const COLON = 58;
const AMPERSAND = 38;
const NEWLINE = 10;
const END = -1;

/** Stands on the stack for `{` in an interpolated string: after its `}` the string goes on. */
const HOLE = -2;
const VERBATIM_HOLE = -3;

class ExpressionReader {
  readonly #text: string;
  readonly #start: number;
  readonly #escaped: boolean;
  readonly #stretches: Stretch[] | undefined;
  /** What is expected to close, innermost last: a closing bracket's code or a hole. */
  readonly #closers: number[] = [];
  #position = 0;
  #code = END;
  #next = 0;
  #metReference = false;

  constructor(text: string, start: number, form: ExpressionForm, stretches?: Stretch[]) {
    this.#text = text;
    this.#start = start;
    this.#escaped = form === "escaped";
    this.#stretches = stretches;
  }

  read(): ExpressionReading {
    this.#moveTo(this.#start + 1);
    const closed = this.#readCode();
    return {
      end: closed ? this.#position : undefined,
      metReference: this.#metReference,
      cost: this.#position - this.#start,
    };
  }

  #moveTo(position: number): void {
    this.#position = position;
    if (position >= this.#text.length) {
      this.#code = END;
      this.#next = position;
      return;
    }
    this.#code = this.#text.charCodeAt(position);
    this.#next = position + 1;
    if (this.#code === AMPERSAND) {
      const reference = referenceAt(this.#text, position);
      if (reference !== undefined) {
        this.#metReference = true;
        if (this.#escaped) {
          this.#code = reference.codePoint;
          this.#next = position + reference.length;
        }
      }
    }
  }

  #advance(): void {
    this.#moveTo(this.#next);
  }

  /** Passes over `code` if it is next. */
  #accept(code: number): boolean {
    if (this.#code !== code) {
      return false;
    }
    this.#advance();
    return true;
  }

  #readCode(): boolean {
    while (this.#code !== END) {
      const start = this.#position;
      const code = this.#code;
      this.#advance();
      switch (code) {
        case OPEN_PAREN:
          this.#closers.push(CLOSE_PAREN);
          break;
        case OPEN_BRACKET:
          this.#closers.push(CLOSE_BRACKET);
          break;
        case OPEN_BRACE:
          this.#closers.push(CLOSE_BRACE);
          break;
        case CLOSE_PAREN:
        case CLOSE_BRACKET:
        case CLOSE_BRACE: {
          const expected = this.#closers.pop();
          if (expected === HOLE || expected === VERBATIM_HOLE) {
            if (
              code !== CLOSE_BRACE ||
              !this.#readString(start, expected === VERBATIM_HOLE, true)
            ) {
              return false;
            }
          } else if (expected !== code) {
            return false;
          } else if (this.#closers.length === 0) {
            return true;
          }
          break;
        }
        case QUOTE:
          if (!this.#readQuoted(start, false)) {
            return false;
          }
          break;
        case AT:
        case DOLLAR:
          if (!this.#readPrefixed(start, code)) {
            return false;
          }
          break;
        case APOSTROPHE:
          if (!this.#readCharacter(start)) {
            return false;
          }
          break;
        case SLASH:
          this.#readComment(start);
          break;
        case COLON:
          this.#readHoleFormat(start);
          break;
        default:
      }
    }
    return false;
  }

  /** After `@` or `$`: a verbatim or interpolated string, if a quote follows; otherwise only an operator or a name. */
  #readPrefixed(start: number, first: number): boolean {
    let verbatim = first === AT;
    let interpolated = first === DOLLAR;
    while (this.#code === AT || this.#code === DOLLAR) {
      verbatim ||= this.#code === AT;
      interpolated ||= this.#code === DOLLAR;
      this.#advance();
    }
    if (!this.#accept(QUOTE)) {
      return true;
    }
    return verbatim
      ? this.#readString(start, true, interpolated)
      : this.#readQuoted(start, interpolated);
  }

  /** After the first quote of a string that is not verbatim: empty, raw (three quotes or more) or plain. */
  #readQuoted(start: number, interpolated: boolean): boolean {
    if (!this.#accept(QUOTE)) {
      return this.#readString(start, false, interpolated);
    }
    let quotes = 2;
    while (this.#accept(QUOTE)) {
      quotes += 1;
    }
    if (quotes === 2) {
      this.#note("string", start);
      return true;
    }
    return this.#readRawString(start, quotes);
  }

  #readRawString(start: number, quotes: number): boolean {
    let run = 0;
    while (this.#code !== END) {
      run = this.#code === QUOTE ? run + 1 : 0;
      this.#advance();
      if (run === quotes) {
        this.#note("string", start);
        return true;
      }
    }
    return false;
  }

  /** To the closing quote, or to the next hole of an interpolated string, which is code again. */
  #readString(start: number, verbatim: boolean, interpolated: boolean): boolean {
    while (this.#code !== END) {
      const code = this.#code;
      this.#advance();
      if (code === BACKSLASH && !verbatim) {
        this.#advance();
      } else if (code === QUOTE && !(verbatim && this.#accept(QUOTE))) {
        this.#note("string", start);
        return true;
      } else if (code === OPEN_BRACE && interpolated && !this.#accept(OPEN_BRACE)) {
        this.#note("string", start);
        this.#closers.push(verbatim ? VERBATIM_HOLE : HOLE);
        return true;
      }
    }
    return false;
  }

  #readCharacter(start: number): boolean {
    while (this.#code !== END && this.#code !== NEWLINE) {
      const code = this.#code;
      this.#advance();
      if (code === BACKSLASH) {
        this.#advance();
      } else if (code === APOSTROPHE) {
        this.#note("string", start);
        return true;
      }
    }
    return false;
  }

  #readComment(start: number): void {
    if (this.#accept(SLASH)) {
      while (this.#code !== END && this.#code !== NEWLINE) {
        this.#advance();
      }
      this.#note("comment", start);
    } else if (this.#accept(STAR)) {
      while (this.#code !== END) {
        if (this.#accept(STAR)) {
          if (this.#accept(SLASH)) {
            break;
          }
        } else {
          this.#advance();
        }
      }
      this.#note("comment", start);
    }
  }

  /** In a hole, `:` begins a format such as `yyyy-MM-dd'T'HH`, which is not code; `::` is C#'s own. */
  #readHoleFormat(start: number): void {
    const innermost = this.#closers.at(-1);
    if ((innermost !== HOLE && innermost !== VERBATIM_HOLE) || this.#accept(COLON)) {
      return;
    }
    while (this.#code !== END && this.#code !== CLOSE_BRACE) {
      this.#advance();
    }
    this.#note("string", start);
  }

  #note(kind: Stretch["kind"], start: number): void {
    this.#stretches?.push({ kind, start, end: this.#position });
  }
}
