import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { readConfig } from "../config.ts";
import { parseDuration } from "../duration.ts";
import { lockState } from "../manifests/lock.ts";
import { keyOf } from "../manifests/object-key.ts";
import { Rounds, type Visit } from "../manifests/rounds.ts";
import { StateFolder } from "../manifests/state.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import {
  FRONT_OPTIONS,
  namedFiles,
  OUTPUT_FORMATS,
  outputFormat,
  parseOptions,
  stateFolder,
} from "./front-arguments.ts";
import { APPLY_HELP } from "./front-help.ts";
import { readFront } from "./front.ts";
import { writeText, type CommandIo } from "./io.ts";
import { pauseUntil } from "./pause.ts";
import { paintFor, writeProblems, writeRecords } from "./print.ts";
import { startProgress } from "./progress.ts";
import { standingOf, standingText } from "./standing.ts";
import { UsageError } from "./usage-error.ts";
import { openWorkplace } from "./workplace.ts";

const APPLY_OPTIONS = {
  ...FRONT_OPTIONS,
  wait: { type: "boolean" },
  timeout: { type: "string" },
} as const;

/**
 * `sfb apply`: reconciles every object until nothing more can be done at once; with `--wait`, until
 * it is ready or needs a person.
 * @returns the exit code: 0 all ready, 2 still in progress, 1 on failure.
 * @throws {UsageError}, {StateError} with one line for the user.
 */
export async function applyCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, APPLY_OPTIONS);
  if (values.help === true) {
    await writeText(io.stdout, APPLY_HELP);
    return 0;
  }
  const format = outputFormat(values, OUTPUT_FORMATS);
  const files = namedFiles(values.file, positionals);
  const config = readConfig(values);
  const timeoutInMs = readTimeout(values.timeout);
  const isOver = values.wait === true ? isSettled : isAtRest;

  const state = new StateFolder(io.resolvePath(stateFolder(values)));
  await using lock = await lockState(state.path, "apply");
  const { objects, problems, all } = await readFront(
    files.map((file) => io.resolvePath(file)),
    state,
  );
  await writeProblems(io, problems);

  const stop = AbortSignal.any([io.signal, lock.lost]);
  const deadline = Date.now() + timeoutInMs;
  const workplace = await openWorkplace(config, state, { signal: stop, all: () => all });
  const requestedAt = new Date().toISOString();
  const rounds = new Rounds({
    state,
    random: Math.random,
    beginSweep: () => workplace.beginSweep(),
    reconcile: async (object) =>
      await reconcile(object, workplace.surroundingsOf(object, requestedAt)),
  });
  for (const object of objects) await rounds.take(object);

  const visits = new Map<string, Visit>();
  const progress = startProgress(io);
  const isOpen = (object: SecuredFunctionBackend) => {
    const visit = visits.get(keyOf(object));
    return visit === undefined || !isOver(visit);
  };
  while (!stop.aborted && Date.now() < deadline && rounds.objects.some(isOpen)) {
    await pauseUntil(Math.min(rounds.nextDueAt(rounds.objects.filter(isOpen)), deadline), stop);
    await rounds.run({ signal: stop, only: isOpen }, (visit) => {
      visits.set(keyOf(visit.object), visit);
      progress.show(visit.object, standingOf(visit));
    });
  }
  progress.end();
  lock.lost.throwIfAborted();

  if (format === "text") {
    const paint = paintFor(io.stdout);
    const lines = [...visits.values()].map((visit) =>
      standingText(visit.object, standingOf(visit), paint),
    );
    await writeText(io.stdout, lines.map((line) => `${line}\n`).join(""));
  } else {
    await writeRecords(io, format, rounds.objects);
  }
  const codes = objects.map((object) => {
    const visit = visits.get(keyOf(object));
    return visit === undefined ? 2 : standingOf(visit).exitCode;
  });
  return problems.length > 0 || codes.includes(1) ? 1 : Math.max(0, ...codes);
}

/** Nothing more can be done at once. */
function isAtRest(visit: Visit): boolean {
  return visit.kind === "failed" || visit.pass.next.kind !== "at once";
}

/** It is ready, or nothing will change unless a person acts. */
function isSettled(visit: Visit): boolean {
  return standingOf(visit).state !== "Reconciling";
}

function readTimeout(timeout = "10m"): number {
  try {
    return parseDuration(timeout);
  } catch (error) {
    throw new UsageError(`--timeout ${(error as RangeError).message}`);
  }
}
