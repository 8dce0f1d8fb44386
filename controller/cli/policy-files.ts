import { randomBytes } from "node:crypto";
import { chmod, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";

import type { CommandIo } from "./io.ts";

const STANDARD_INPUT = "-";

/** A document's name in findings. */
export function displayName(file: string): string {
  return file === STANDARD_INPUT ? "<stdin>" : file;
}

/**
 * Reads a document, `-` from standard input, to the byte: a byte-order mark stays, line ends stay.
 * @throws Error with a one-line message when it cannot be read or is not UTF-8.
 */
export async function readDocument(file: string, io: CommandIo): Promise<string> {
  const bytes = file === STANDARD_INPUT ? await readAll(io) : await readFile(io.resolvePath(file));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Error("The document is not UTF-8: convert it first.", { cause: error });
  }
}

/** Replaces a file as a whole or not at all; its mode, and a link to it, stay. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  const { mode } = await stat(target);
  const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeFile(temporary, text, { encoding: "utf8", flag: "wx" });
    await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  EACCES: "Permission denied: check the mode and owner of the file and its folder.",
  EISDIR: "This is a folder: give files, such as 'apis/*/policy.xml'.",
  ENOENT: "There is no such file: check its name.",
};

/** Says in one line why a document could not be read or written. */
export function describeFileError(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return FILE_ERRORS[code] ?? message;
}

async function readAll({ stdin, signal }: CommandIo): Promise<Buffer> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(new Error("Stopped while reading standard input."));
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([buffer(stdin), stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
