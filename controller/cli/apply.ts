import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { readDuration } from "../flag-values.ts";
import { lockState } from "../manifests/lock.ts";
import { keyOf } from "../manifests/object-key.ts";
import { Rounds, type Visit } from "../manifests/rounds.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import { createLog } from "../telemetry/log.ts";
import {
  FRONT_OPTIONS,
  OUTPUT_FORMATS,
  parseOptions,
  readFrontArguments,
} from "./front-arguments.ts";
import { APPLY_HELP } from "./front-help.ts";
import { readFront } from "./front.ts";
import { installationOf } from "./installation.ts";
import { writeText, type CommandIo } from "./io.ts";
import { logVisit } from "./log-visit.ts";
import { pauseUntil } from "./pause.ts";
import { paintFor, writeProblems, writeRecords } from "./print.ts";
import { startProgress } from "./progress.ts";
import { standingOf, standingText } from "./standing.ts";
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
  const parsed = parseOptions(args, APPLY_OPTIONS);
  if (parsed.values.help === true) {
    await writeText(io.stdout, APPLY_HELP);
    return 0;
  }
  const { files, state, keys, format, config } = readFrontArguments(parsed, OUTPUT_FORMATS, io);
  const timeoutInMs = readDuration("timeout", parsed.values.timeout ?? "10m");
  const isOver = parsed.values.wait === true ? isSettled : isAtRest;

  await using lock = await lockState(state.path, "apply");
  const { objects, problems, all } = await readFront(files, state);
  await writeProblems(io, problems);

  const stop = AbortSignal.any([io.signal, lock.lost]);
  const installation = await installationOf(config, state);
  const workplace = await openWorkplace(config, state, {
    signal: stop,
    all: () => all,
    installation,
    keys,
  });
  const requestedAt = new Date().toISOString();
  const rounds = new Rounds({
    state,
    random: Math.random,
    beginSweep: () => workplace.beginSweep(),
    reconcile: async (object) =>
      await reconcile(object, workplace.surroundingsOf(object, requestedAt)),
  });
  for (const object of objects) await rounds.take(object);

  const log = createLog(config.logLevel);
  const progress = startProgress(io);
  const visits = await runUntil(isOver, rounds, { stop, timeoutInMs }, (visit) => {
    logVisit(log, visit);
    if (!isOver(visit)) progress.show(visit.object, standingOf(visit));
  });
  progress.end();
  lock.lost.throwIfAborted();

  if (format === "text") {
    const paint = paintFor(io.stdout);
    const lines = visits.map((visit) => standingText(visit.object, standingOf(visit), paint));
    await writeText(io.stdout, lines.map((line) => `${line}\n`).join(""));
  } else {
    await writeRecords(io, format, rounds.objects);
  }
  return exitCodeOf(visits, { expected: objects.length, problems: problems.length });
}

/**
 * Runs rounds until it is over for every object, or the time is.
 * @returns the last visit of each object that had one.
 */
async function runUntil(
  isOver: (visit: Visit) => boolean,
  rounds: Rounds,
  { stop, timeoutInMs }: { stop: AbortSignal; timeoutInMs: number },
  onVisit: (visit: Visit) => void,
): Promise<readonly Visit[]> {
  const deadline = Date.now() + timeoutInMs;
  const visits = new Map<string, Visit>();
  const isOpen = (object: SecuredFunctionBackend): boolean => {
    const visit = visits.get(keyOf(object));
    return visit === undefined || !isOver(visit);
  };
  while (!stop.aborted && Date.now() < deadline && rounds.objects.some(isOpen)) {
    await pauseUntil(Math.min(rounds.nextDueAt(rounds.objects.filter(isOpen)), deadline), stop);
    await rounds.run({ signal: stop, only: isOpen }, (visit) => {
      visits.set(keyOf(visit.object), visit);
      onVisit(visit);
    });
  }
  return [...visits.values()];
}

/** Nothing more can be done at once. */
function isAtRest(visit: Visit): boolean {
  return visit.kind === "failed" || visit.pass.next.kind !== "at once";
}

/** It is ready, or nothing will change unless a person acts. */
function isSettled(visit: Visit): boolean {
  return standingOf(visit).state !== "Reconciling";
}

/** An object that was not visited in time is still in progress. */
function exitCodeOf(
  visits: readonly Visit[],
  { expected, problems }: { readonly expected: number; readonly problems: number },
): number {
  const codes = visits.map((visit) => standingOf(visit).exitCode);
  if (problems > 0 || codes.includes(1)) return 1;
  return visits.length < expected || codes.includes(2) ? 2 : 0;
}
