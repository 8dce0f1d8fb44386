import { writeFile } from "node:fs/promises";

/** Something that was only assumed of Azure, and what was seen. */
export interface LiveSighting {
  /** The question, in words. */
  readonly question: string;
  readonly seen: string;
}

/** Collects what a run saw, so that an assumption can be marked as seen. */
export class Sightings {
  readonly #sightings: LiveSighting[] = [];

  note(question: string, seen: unknown): void {
    this.#sightings.push({
      question,
      seen: typeof seen === "string" ? seen : JSON.stringify(seen, undefined, 2),
    });
  }

  /** Prints what was seen, and keeps it in a file when one is named. */
  async report(where: string, file: string | undefined): Promise<void> {
    const lines = this.#sightings.map(
      ({ question, seen }) => `- ${question}\n    ${seen.replaceAll("\n", "\n    ")}`,
    );
    const text = [`Seen on ${where}:`, ...lines].join("\n");
    console.log(text);
    if (file !== undefined) await writeFile(file, `${text}\n`);
  }
}
