import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { forEachBounded } from "../manifests/bounded.ts";
import { lookAhead } from "../preflight/look-ahead.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import {
  FRONT_OPTIONS,
  OUTPUT_FORMATS,
  parseOptions,
  readFrontArguments,
} from "./front-arguments.ts";
import { readFront } from "./front.ts";
import { PLAN_HELP } from "./front-help.ts";
import { knownInstallation } from "./installation.ts";
import { writeText, type CommandIo } from "./io.ts";
import { reportBrokenPlan, reportPlan, toPlanRecord, type PlanReport } from "./plan-report.ts";
import { planText } from "./plan-text.ts";
import { paintFor, writeProblems, writeRecords } from "./print.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

const MOST_AT_A_TIME = 8;
/** In place of an installation's name; no marker holds it. */
const NOBODY = "";

/**
 * `sfb plan`: looks at Azure and says what `sfb apply` would do. Writes nothing, nowhere.
 * @returns the exit code: 0 in sync, 2 when something differs, 1 on failure.
 * @throws {UsageError}, {StateError} with one line for the user.
 */
export async function planCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const parsed = parseOptions(args, FRONT_OPTIONS);
  if (parsed.values.help === true) {
    await writeText(io.stdout, PLAN_HELP);
    return 0;
  }
  const { files, state, keys, format, config } = readFrontArguments(parsed, OUTPUT_FORMATS, io);
  const { objects, problems, all } = await readFront(files, state);
  await writeProblems(io, problems);
  const installation = await knownInstallation(config, state);
  const workplace = await openWorkplace(config, state, {
    signal: io.signal,
    all: () => all,
    installation: installation ?? NOBODY,
    keys,
  });
  const reports = await planAll(objects, workplace, installation !== undefined);
  if (format === "text") {
    const texts = reports.map((report) => planText(report, paintFor(io.stdout)));
    await writeText(io.stdout, texts.join("\n"));
  } else {
    await writeRecords(io, format, reports.map(toPlanRecord));
  }
  const codes = reports.map(({ exitCode }) => exitCode);
  return problems.length > 0 || codes.includes(1) ? 1 : Math.max(0, ...codes);
}

/** In the order of the objects, whichever is looked at first. */
async function planAll(
  objects: readonly SecuredFunctionBackend[],
  workplace: Workplace,
  isNamed: boolean,
): Promise<readonly PlanReport[]> {
  const reports = new Map<SecuredFunctionBackend, PlanReport>();
  await forEachBounded(objects, MOST_AT_A_TIME, async (object) => {
    const report = await look(object, workplace, isNamed).then(
      ({ pass, preflight }) => reportPlan(object, pass, preflight),
      (error: unknown) => reportBrokenPlan(object, error as Error),
    );
    reports.set(object, report);
  });
  return objects.flatMap((object) => reports.get(object) ?? []);
}

/**
 * One pass that only looks, and what it would bring; a roll-out that was begun is not gone on with.
 * Whether an owner's marker is another installation's can be judged only by one that has a name;
 * otherwise it is told.
 */
async function look(object: SecuredFunctionBackend, workplace: Workplace, isNamed: boolean) {
  const { rollout, ...status } = object.status ?? {};
  const observer: SecuredFunctionBackend = {
    ...object,
    spec: { ...object.spec, mode: "Observe" },
    status: { ...status, ...(rollout?.step === "Completed" && { rollout }) },
  };
  const surroundings = workplace.surroundingsOf(observer, undefined);
  const isRehearsal = isNamed && object.spec.mode === "Enforce";
  const pass = await reconcile(observer, { ...surroundings, isRehearsal });
  const preflight = await lookAhead(surroundings.door, object, pass, surroundings.now);
  return { pass, preflight };
}
