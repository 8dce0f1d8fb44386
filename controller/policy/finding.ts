/** One thing to know about a policy document, at a place in its text. */
export interface Finding {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units, as editors count; a byte-order mark is not counted. */
  column: number;
  /** Stable, kebab-case. */
  code: string;
  /** Says what to do about it. */
  message: string;
  severity: "error" | "warning" | "info";
}

/** Turns offsets into lines and columns; built once per document, so that many findings stay cheap. */
export class LineIndex {
  readonly #starts: number[];

  constructor(text: string) {
    this.#starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0];
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
      this.#starts.push(at + 1);
    }
  }

  /** The line and column, both from 1, of an offset into the text. */
  locate(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { line: low + 1, column: Math.max(0, offset - (this.#starts[low] ?? 0)) + 1 };
  }
}
