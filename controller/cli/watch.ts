import { requestOf } from "../api/v1alpha1/request.ts";
import { followFiles } from "../manifests/follow.ts";
import { lockState } from "../manifests/lock.ts";
import { keyOf } from "../manifests/object-key.ts";
import { Rounds } from "../manifests/rounds.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import { createLog } from "../telemetry/log.ts";
import { FRONT_OPTIONS, parseOptions, readFrontArguments } from "./front-arguments.ts";
import { WATCH_HELP } from "./front-help.ts";
import { readFront } from "./front.ts";
import { installationOf } from "./installation.ts";
import { writeText, type CommandIo } from "./io.ts";
import { logVisit } from "./log-visit.ts";
import { pauseUntil } from "./pause.ts";
import { Residents } from "./residents.ts";
import { standingOf, type Standing } from "./standing.ts";
import { startTelling } from "./tell.ts";
import { eventsOf } from "./watch-events.ts";
import { openWorkplace } from "./workplace.ts";

/** Manifests are read again after so long, where no change of the files was noticed. */
const REREAD_IN_MS = 30_000;

/**
 * `sfb watch`: keeps every object true, and tells what happens, until it is told to stop.
 * @returns the exit code: 0.
 * @throws {UsageError}, {StateError} with one line for the user.
 */
export async function watchCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const parsed = parseOptions(args, FRONT_OPTIONS);
  if (parsed.values.help === true) {
    await writeText(io.stdout, WATCH_HELP);
    return 0;
  }
  const { files, state, keys, format, config } = readFrontArguments(parsed, ["text", "json"], io);
  const log = createLog(config.logLevel);
  const { tell, allTold } = startTelling(format, io);

  await using lock = await lockState(state.path, "watch");
  const stop = AbortSignal.any([io.signal, lock.lost]);
  let front = await readFront(files, state);
  const workplace = await openWorkplace(config, state, {
    signal: stop,
    all: () => front.all,
    installation: await installationOf(config, state),
    keys,
  });
  const rounds = new Rounds({
    state,
    random: Math.random,
    beginSweep: () => workplace.beginSweep(),
    reconcile: async (object) =>
      await reconcile(object, workplace.surroundingsOf(object, requestOf(object))),
  });
  const residents = new Residents(rounds, tell);
  await residents.update(front);

  let wake = new AbortController();
  using _following = await followFiles(files, () => wake.abort());
  const standings = new Map<string, Standing>();
  let readAgainAt = Date.now() + REREAD_IN_MS;
  while (!stop.aborted) {
    await rounds.run({ signal: stop }, (visit) => {
      const key = keyOf(visit.object);
      logVisit(log, visit);
      eventsOf(visit, standings.get(key)).forEach(tell);
      standings.set(key, standingOf(visit));
    });
    const until = Math.min(rounds.nextDueAt(), readAgainAt);
    await pauseUntil(until, AbortSignal.any([stop, wake.signal]));
    if (wake.signal.aborted || Date.now() >= readAgainAt) {
      wake = new AbortController();
      readAgainAt = Date.now() + REREAD_IN_MS;
      front = await readFront(files, state);
      for (const object of await residents.update(front)) standings.delete(keyOf(object));
    }
  }
  await allTold();
  lock.lost.throwIfAborted();
  return 0;
}
