import { UsageError } from "../usage-error.ts";
import { writeText } from "./io.ts";
import type { CommandIo } from "./io.ts";
import { parsePolicyArguments } from "./policy-arguments.ts";
import type { PolicyArguments } from "./policy-arguments.ts";
import { TREATMENTS } from "./policy-document.ts";
import type { Standing } from "./policy-document.ts";
import { describeFileError, displayName, readDocument, replaceFile } from "./policy-files.ts";
import { POLICY_HELP } from "./policy-help.ts";
import { checkPolicy } from "../policy/policy.ts";
import type { Finding } from "../policy/policy.ts";

/** What became of one document. */
interface DocumentRecord extends Standing {
  file: string;
  changed: boolean;
}

interface DocumentOutcome {
  record: DocumentRecord;
  exitCode: 0 | 1 | 2;
  /** The text for standard output, where that is how the result is given. */
  printed?: string;
}

/**
 * `sfb policy merge|check|remove`; `POLICY_HELP` says what it does.
 * @returns the exit code: 0, 2 when something differs, 1 on failure.
 */
export async function policyCommand(args: readonly string[], io: CommandIo): Promise<number> {
  try {
    const parsed = parsePolicyArguments(args);
    if (parsed === "help") {
      await writeText(io.stdout, POLICY_HELP);
      return 0;
    }
    refuseUnwritable(parsed);
    refuseTerminal(parsed, io);
    return await treatAll(parsed, io);
  } catch (error) {
    if (!(error instanceof UsageError) && !io.signal.aborted) {
      throw error;
    }
    const message = error instanceof UsageError ? error.message : "stopped";
    await writeText(io.stderr, `sfb policy: ${message}\n`);
    return 1;
  }
}

async function treatAll(args: PolicyArguments, io: CommandIo): Promise<number> {
  const outcomes: DocumentOutcome[] = [];
  for (const file of args.files) {
    io.signal.throwIfAborted();
    outcomes.push(await treatOne(file, args, io));
  }
  if (args.output === "json") {
    const records = outcomes.map(({ record }) => record);
    await writeText(io.stdout, `${JSON.stringify(records, null, 2)}\n`);
  } else {
    await printText(outcomes, args, io);
  }
  const codes = outcomes.map(({ exitCode }) => exitCode);
  return codes.includes(1) ? 1 : Math.max(...codes);
}

async function treatOne(
  file: string,
  args: PolicyArguments,
  io: CommandIo,
): Promise<DocumentOutcome> {
  const name = displayName(file);
  try {
    const source = await readDocument(file, io);
    const treatment = TREATMENTS[args.verb](source, args.statements);
    const isPrinted = treatment.accepted && printsText(args);
    const isWritten = treatment.accepted && args.write && treatment.changed;
    if (isWritten) {
      await replaceFile(io.resolvePath(file), treatment.text);
    }
    const standing = isPrinted || isWritten ? treatment.after : treatment.before;
    const differs =
      args.verb === "check" ? !standing.protected : treatment.changed && !isPrinted && !isWritten;
    return {
      record: { file: name, ...pick(standing, treatment.changed) },
      exitCode: treatment.accepted ? (differs ? 2 : 0) : 1,
      ...(isPrinted ? { printed: treatment.text } : {}),
    };
  } catch (error) {
    io.signal.throwIfAborted();
    return {
      record: { file: name, protected: false, changed: false, findings: [fileFinding(error)] },
      exitCode: 1,
    };
  }
}

function pick(standing: Standing, changed: boolean): Omit<DocumentRecord, "file"> {
  return { protected: standing.protected, changed, findings: standing.findings };
}

/** A single document's text is the output, unless it goes into its file or records are asked for. */
function printsText({ verb, files, write, output }: PolicyArguments): boolean {
  return verb !== "check" && files.length === 1 && !write && output === "text";
}

async function printText(
  outcomes: readonly DocumentOutcome[],
  args: PolicyArguments,
  io: CommandIo,
): Promise<void> {
  const isText = printsText(args);
  for (const { record, printed } of outcomes) {
    const lines = record.findings.map((finding) => `${formatFinding(record.file, finding)}\n`);
    await writeText(isText || args.write ? io.stderr : io.stdout, lines.join(""));
    if (printed !== undefined) {
      await writeText(io.stdout, printed);
    } else if (args.write && record.changed) {
      await writeText(io.stdout, `${record.file}\n`);
    }
  }
}

function formatFinding(file: string, finding: Finding): string {
  const { line, column, severity, code, message } = finding;
  return `${file}:${line}:${column}: ${severity} ${code} ${message}`;
}

function fileFinding(error: unknown): Finding {
  const message = describeFileError(error);
  return { line: 1, column: 1, code: "file-failed", message, severity: "error" };
}

function refuseUnwritable({ statements }: PolicyArguments): void {
  try {
    checkPolicy(undefined, statements);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

function refuseTerminal({ files }: PolicyArguments, { stdin }: CommandIo): void {
  if (files.includes("-") && stdin.isTTY === true) {
    throw new UsageError("no document: give a FILE, or one on standard input");
  }
}
