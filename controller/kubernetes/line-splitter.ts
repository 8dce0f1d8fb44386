const NEWLINE = 0x0a;
const LONGEST_LINE_IN_BYTES = 8 * 2 ** 20;

/**
 * Cuts bytes into lines at `\n`, and at nothing else: U+2028 and the like are part of a line. Characters
 * may be spread over chunks, since only whole lines are decoded.
 */
export class LineSplitter {
  readonly #longestInBytes: number;
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(longestInBytes = LONGEST_LINE_IN_BYTES) {
    this.#longestInBytes = longestInBytes;
  }

  /** How many bytes of an unfinished line are held. */
  get pending(): number {
    return this.#length;
  }

  /**
   * @returns the lines that end in this chunk, without their `\n`.
   * @throws {RangeError} for a line that is longer than allowed, as soon as it is.
   */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length > this.#longestInBytes) {
      throw new RangeError(`A line is longer than ${this.#longestInBytes} bytes`);
    }
    this.#pieces.push(piece);
  }

  #take(): string {
    const line = Buffer.concat(this.#pieces, this.#length).toString("utf8");
    this.#pieces = [];
    this.#length = 0;
    return line;
  }
}
