import { canonicalElement, canonicalForm } from "./canonical.ts";
import { correctionEdits } from "./correction.ts";
import { readPolicyDocument } from "./document.ts";
import type { PolicyDocument } from "./document.ts";
import { applyEdits } from "./edit.ts";
import type { Edit } from "./edit.ts";
import type { PolicyElement } from "./element.ts";
import type { Finding } from "./finding.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { insertionEdits } from "./insertion.ts";
import { isProtected, judgePolicy, mustMove } from "./judge.ts";
import type { Judgement } from "./judge.ts";
import { startWithIndentation } from "./layout.ts";
import type { DisplacedElement, MergeRecord } from "./record.ts";
import { reportFindings } from "./report.ts";
import { EMPTY_POLICY } from "./skeleton.ts";
import { statementPath } from "./statements.ts";
import type { OwnedStatement, PolicyStatements } from "./statements.ts";

/** What became of a merge. Only `merged` has a text: in the other cases the source has to stay as it is. */
export type MergeResult =
  | { outcome: "merged"; text: string; changed: boolean; record: MergeRecord; findings: Finding[] }
  | { outcome: "conflict"; findings: Finding[] }
  | { outcome: "unreadable"; findings: Finding[] };

/**
 * Puts our statements at the end of the inbound section of a policy document, `undefined` for one that does not exist,
 * and takes nothing else out than other identity statements for the same resource. A document that is protected comes
 * back as it is; the findings of a merged one are what was found before.
 * @throws RangeError when the statements cannot be written into a policy.
 */
export function mergePolicy(text: string | undefined, statements: PolicyStatements): MergeResult {
  const source = text ?? EMPTY_POLICY;
  const reading = readPolicyDocument(source);
  if (!reading.readable) {
    return { outcome: "unreadable", findings: [reading.finding] };
  }
  const { document } = reading;
  const judgement = judgePolicy(document, statements);
  const findings = reportFindings(document, judgement);
  if (judgement.conflicts.length > 0) {
    return { outcome: "conflict", findings };
  }
  const plan = planMerge(document, judgement);
  const { text: merged, applied } = applyEdits(source, plan.edits);
  if (plan.edits.length > 0 && !isProven(merged, statements)) {
    return { outcome: "conflict", findings: [...findings, unprovenFinding(document)] };
  }
  return {
    outcome: "merged",
    text: merged,
    changed: text === undefined || plan.edits.length > 0,
    findings,
    record: {
      version: 1,
      merged: fingerprint(merged),
      ...(plan.edits.length > 0 && { source: fingerprint(canonicalForm(source)) }),
      edits: applied,
      created:
        text === undefined ? "document" : document.inbound === undefined ? "section" : "nothing",
      added: plan.added.map(statementPath),
      corrected: plan.corrected,
      displaced: plan.displaced,
    },
  };
}

interface MergePlan {
  edits: Edit[];
  added: OwnedStatement[];
  corrected: MergeRecord["corrected"];
  displaced: DisplacedElement[];
}

function planMerge(document: PolicyDocument, judgement: Judgement): MergePlan {
  const { identity, duplicates, removals, statements } = judgement;
  const [identityStatement] = statements;
  const staysInPlace = identity !== undefined && !mustMove(identity);
  const displaced =
    identity === undefined || staysInPlace ? duplicates : [...duplicates, identity.element];
  const added = [
    ...(staysInPlace || identityStatement === undefined ? [] : [identityStatement]),
    ...removals.map(({ statement }) => statement),
  ];
  const corrections = staysInPlace
    ? correctionEdits(document.text, identity.element, identity.corrections)
    : { edits: [], corrected: [] };
  return {
    edits: [
      ...displaced.map((element) => deletionEdit(document.text, element)),
      ...corrections.edits,
      ...insertionEdits(document, added),
    ],
    added,
    corrected: corrections.corrected,
    displaced: displacedElements(document, new Set(displaced)),
  };
}

function deletionEdit(text: string, element: PolicyElement): Edit {
  return { start: startWithIndentation(text, element), end: element.end, text: "" };
}

function displacedElements(
  document: PolicyDocument,
  displaced: ReadonlySet<PolicyElement>,
): DisplacedElement[] {
  const elements: DisplacedElement[] = [];
  let index = 0;
  let before: PolicyElement | undefined;
  let after: Fingerprint | undefined;
  for (const child of document.inbound?.children ?? []) {
    if (displaced.has(child)) {
      if (before !== undefined) {
        after ??= fingerprint(canonicalElement(document, before));
      }
      elements.push({
        source: document.text.slice(child.start, child.end),
        ...(after === undefined ? {} : { after }),
        index,
      });
    } else {
      before = child;
      after = undefined;
      index += 1;
    }
  }
  return elements;
}

/** What was written is read again: a document in which our statements do not hold is not given out. */
function isProven(merged: string, statements: PolicyStatements): boolean {
  const reading = readPolicyDocument(merged);
  return reading.readable && isProtected(judgePolicy(reading.document, statements));
}

function unprovenFinding({ lines, root, inbound }: PolicyDocument): Finding {
  return {
    ...lines.locate((inbound ?? root).start),
    code: "merge-unproven",
    message:
      "The statements would not hold in this section: write its texts and expressions more plainly.",
    severity: "error",
  };
}
