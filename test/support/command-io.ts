import { resolve } from "node:path";
import { PassThrough, Readable } from "node:stream";
import type { CommandIo } from "../../controller/cli/io.ts";

/** A world without a terminal, whose output can be read with {@link textOf}. */
export function testIo(overrides: Partial<CommandIo> = {}): CommandIo {
  return {
    stdin: Readable.from([]),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    resolvePath: (path) => resolve("/home/user", path),
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** What was written since the last look. */
export function textOf(stream: CommandIo["stdout"]): string {
  if (!(stream instanceof PassThrough)) throw new TypeError("not a stream of testIo");
  const written: unknown = stream.read();
  return Buffer.isBuffer(written) ? written.toString("utf8") : "";
}
