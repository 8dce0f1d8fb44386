import { mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { StateError } from "./state-error.ts";

/** The right to write to a state folder, held by one process at a time. */
export interface StateLock extends AsyncDisposable {
  /** Aborted when the right was lost, for example because the machine slept. */
  readonly lost: AbortSignal;
}

const STALE_IN_MS = 10_000;

/**
 * Takes the lock of a state folder, which is made if need be.
 * @throws {StateError} naming who holds it, or why the folder cannot be written to.
 */
export async function lockState(folder: string, command: string): Promise<StateLock> {
  const lost = new AbortController();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const release = await lock(folder, {
      lockfilePath: join(folder, "lock"),
      stale: STALE_IN_MS,
      onCompromised: (cause) => {
        lost.abort(new StateError(`the lock of ${folder} was lost: ${cause.message}`, { cause }));
      },
    });
    const holder = `sfb ${command} (process ${process.pid} on ${hostname()})`;
    await writeFile(holderFile(folder), holder, { mode: 0o600 });
    return {
      lost: lost.signal,
      async [Symbol.asyncDispose]() {
        if (!lost.signal.aborted) await release();
      },
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ELOCKED") throw new StateError(await describeHolder(folder), { cause: error });
    throw new StateError(
      `the state folder ${folder} cannot be written to (${message}): make it writable, or name another with --state`,
      { cause: error },
    );
  }
}

async function describeHolder(folder: string): Promise<string> {
  const holder = await readFile(holderFile(folder), "utf8").catch(() => "another sfb");
  return `the state folder ${folder} is in use by ${holder}: wait until it ends, or name another with --state; after a crash the folder is free again within ${STALE_IN_MS / 1000} seconds`;
}

/** Beside the lock, for people: it says who took it last. */
function holderFile(folder: string): string {
  return join(folder, "holder");
}
