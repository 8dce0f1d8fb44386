/** What a command has of the world around it, so that tests can give it another one. */
export interface CommandIo {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  /** Makes a path absolute against the directory that the user stood in, which `npm run` leaves. */
  resolvePath(path: string): string;
  /** Aborted when the user wants the command to end. */
  signal: AbortSignal;
}

/**
 * Writes all of a text and waits until it has left, so that an exit right after loses nothing. A reader that has gone,
 * as in `sfb … | head`, is no error: the rest is nobody's loss.
 */
export async function writeText(stream: NodeJS.WritableStream, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settle = (error: NodeJS.ErrnoException | null | undefined): void => {
      if (error === null || error === undefined || error.code === "EPIPE") {
        resolve();
      } else {
        reject(error);
      }
    };
    // A failed write is told to its callback first, and then as an event that would end the process unheard.
    stream.once("error", settle);
    stream.write(Buffer.from(text, "utf8"), (error) => {
      if (error === null || error === undefined) {
        stream.off("error", settle);
      }
      settle(error);
    });
  });
}
