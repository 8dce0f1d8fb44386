import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { keyOf } from "../manifests/object-key.ts";
import type { CommandIo } from "./io.ts";
import { printable } from "./print.ts";
import type { Standing } from "./standing.ts";

/** Tells, while a command works, what it is waiting for. */
export interface Progress {
  show(object: SecuredFunctionBackend, standing: Standing): void;
  /** Leaves a clean line behind. */
  end(): void;
}

const DEFAULT_COLUMNS = 80;
const ERASE_LINE = "\r\u001B[K";

/** One line that is rewritten on a terminal; elsewhere a line whenever something changed. */
export function startProgress({ stderr }: Pick<CommandIo, "stderr">): Progress {
  return stderr.isTTY === true ? statusLine(stderr) : changeLog(stderr);
}

function statusLine(stream: CommandIo["stderr"]): Progress {
  const { columns = DEFAULT_COLUMNS } = stream as { columns?: number };
  return {
    show: (object, standing) => {
      stream.write(ERASE_LINE + describe(object, standing).slice(0, columns - 1));
    },
    end: () => void stream.write(ERASE_LINE),
  };
}

function changeLog(stream: CommandIo["stderr"]): Progress {
  const shown = new Map<string, string>();
  return {
    show(object, standing) {
      const line = describe(object, standing);
      if (shown.get(keyOf(object)) === line) return;
      shown.set(keyOf(object), line);
      stream.write(`${line}\n`);
    },
    end: () => undefined,
  };
}

function describe(object: SecuredFunctionBackend, { reason, message }: Standing): string {
  return `${keyOf(object)}: ${reason}: ${printable(message)}`;
}
