import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where the demonstration is shown: a terminal in colour, anything else in plain text. */
export class Stage {
  readonly #out: NodeJS.WritableStream;
  #passed = 0;
  #failed = 0;

  constructor(out: NodeJS.WritableStream) {
    this.#out = out;
  }

  get hasFailed(): boolean {
    return this.#failed > 0;
  }

  /** Tells one part of the story after the other, until something is not as it should be. */
  async tell(parts: readonly (() => Promise<void>)[]): Promise<void> {
    for (const part of parts) if (!this.hasFailed) await part();
  }

  /** Begins a part of the story. */
  chapter(title: string): void {
    this.say(`\n${this.#style("bold", title)}`);
  }

  say(text: string): void {
    this.#out.write(`${text}\n`);
  }

  /** Shows what a command prints, as it comes. */
  quote(line: string): void {
    this.say(line === "" ? "" : `    ${this.#style("dim", line)}`);
  }

  /** Shows a claim, whether it is so, and counts it. */
  check(claim: string, isSo: boolean): void {
    if (isSo) {
      this.#passed += 1;
      this.say(`  ${this.#style("green", "ok")}    ${claim}`);
    } else {
      this.#failed += 1;
      this.say(`  ${this.#style(["red", "bold"], "WRONG")} ${claim}`);
    }
  }

  /** The last line: `14 of 14 checks passed`. */
  sumUp(): void {
    const line = `${this.#passed} of ${this.#passed + this.#failed} checks passed`;
    this.say(`\n${this.#style(this.hasFailed ? "red" : "green", line)}`);
  }

  #style(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#out });
  }
}
