import { writeText, type CommandIo } from "./io.ts";
import { paintFor } from "./print.ts";
import { eventText, type WatchEvent } from "./watch-events.ts";

/** A stream of events for the user. */
export interface Telling {
  readonly tell: (event: WatchEvent) => void;
  /** Settles once everything has left. */
  readonly allTold: () => Promise<void>;
}

/**
 * Writes each event as a line with its time: for people, or for programs as JSON. A reader that goes
 * away does not end what is watched.
 */
export function startTelling(format: "text" | "json", { stdout }: CommandIo): Telling {
  const paint = paintFor(stdout);
  let told = Promise.resolve();
  return {
    tell(event) {
      const time = new Date().toISOString();
      const text = eventText(event, paint);
      const line =
        format === "json"
          ? JSON.stringify({ time, ...event })
          : text && `${paint("quiet", time)} ${text}`;
      if (line !== undefined) told = told.then(async () => await writeText(stdout, `${line}\n`));
    },
    allTold: async () => await told,
  };
}
