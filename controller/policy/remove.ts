import { canonicalElement, canonicalForm } from "./canonical.ts";
import { attributeEdit } from "./correction.ts";
import { readPolicyDocument } from "./document.ts";
import type { PolicyDocument } from "./document.ts";
import { applyEdits, undoEdits } from "./edit.ts";
import type { Edit } from "./edit.ts";
import type { PolicyElement } from "./element.ts";
import type { Finding } from "./finding.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { judgePolicy } from "./judge.ts";
import { layoutWithin, startWithIndentation } from "./layout.ts";
import type { MergeRecord } from "./record.ts";
import { EMPTY_POLICY } from "./skeleton.ts";
import { IDENTITY_ELEMENT, buildStatements, isStatement, statementPath } from "./statements.ts";
import type { PolicyStatements } from "./statements.ts";

/** What became of a removal. Only `removed` has a text: in the other cases the source has to stay as it is. */
export type RemoveResult =
  | {
      outcome: "removed";
      /** Undefined when a merge created the document and nothing but the default is left: delete it. */
      text: string | undefined;
      changed: boolean;
      findings: Finding[];
    }
  | { outcome: "conflict"; findings: Finding[] }
  | { outcome: "unreadable"; findings: Finding[] };

/**
 * Takes our statements out of a policy document. With the record of the merge, the very text that the merge wrote
 * becomes its source again; in a text that was changed since, what was added goes by its meaning, and what was replaced
 * or taken out comes back to its place, but not a second time. Without a record, only statements equal to ours go.
 * @throws RangeError when the statements could not have been written into a policy.
 */
export function removePolicy(
  text: string,
  { statements, record }: { statements: PolicyStatements; record?: MergeRecord },
): RemoveResult {
  const reading = readPolicyDocument(text);
  if (!reading.readable) {
    return { outcome: "unreadable", findings: [reading.finding] };
  }
  const { document } = reading;
  if (record === undefined) {
    return removed(
      text,
      applyEdits(text, equalStatements(document, statements).map(deletionOf(text))).text,
    );
  }
  // A record may have been kept by another version of this program.
  if ((record.version as number) !== 1) {
    return { outcome: "conflict", findings: [unknownRecord(document, record.version)] };
  }
  const isUndone = isFingerprintOf(canonicalForm(text), record.source);
  const result = isUndone
    ? text
    : (undoExactly(text, record) ??
      applyEdits(text, restorationEdits(document, statements, record)).text);
  const isDefaultAgain =
    record.created === "document" && canonicalForm(result) === canonicalForm(EMPTY_POLICY);
  return isDefaultAgain
    ? { outcome: "removed", text: undefined, changed: true, findings: [] }
    : removed(text, result);
}

function removed(before: string, after: string): RemoveResult {
  return { outcome: "removed", text: after, changed: after !== before, findings: [] };
}

function undoExactly(text: string, { merged, edits }: MergeRecord): string | undefined {
  return isFingerprintOf(text, merged) ? undoEdits(text, edits) : undefined;
}

function isFingerprintOf(text: string, known: Fingerprint | undefined): boolean {
  const { length, hash } = fingerprint(text);
  return length === known?.length && hash === known.hash;
}

function equalStatements(
  { text, inbound }: PolicyDocument,
  statements: PolicyStatements,
): PolicyElement[] {
  const ours = buildStatements(statements);
  return (inbound?.children ?? []).filter((child) =>
    ours.some((statement) => isStatement(text, child, statement)),
  );
}

function restorationEdits(
  document: PolicyDocument,
  statements: PolicyStatements,
  record: MergeRecord,
): Edit[] {
  const { text, inbound } = document;
  if (inbound === undefined) {
    return [];
  }
  const added = addedElements(document, statements, record);
  const remaining = inbound.children.filter((child) => !added.includes(child));
  if (record.created === "section" && remaining.every(({ name }) => name === "base")) {
    return [deletionOf(text)(inbound)];
  }
  const identity = judgePolicy(document, statements).identity?.element;
  const corrections =
    identity === undefined
      ? []
      : record.corrected.map(({ attribute, source }) =>
          attributeEdit(text, identity, attribute, source),
        );
  return [
    ...corrections,
    ...returnEdits(document, inbound, remaining, record),
    ...added.map(deletionOf(text)),
  ];
}

/** The statements that the merge added and that are still there, whatever they look like now. */
function addedElements(
  document: PolicyDocument,
  statements: PolicyStatements,
  { added }: MergeRecord,
): PolicyElement[] {
  const { text, inbound } = document;
  return buildStatements(statements)
    .filter((statement) => added.includes(statementPath(statement)))
    .flatMap(
      (statement) =>
        (statement.element === IDENTITY_ELEMENT
          ? judgePolicy(document, statements).identity?.element
          : inbound?.children.findLast((child) => isStatement(text, child, statement))) ?? [],
    );
}

/** Puts displaced elements after the neighbour they had, nearest to where it was, or else at their number. */
function returnEdits(
  document: PolicyDocument,
  inbound: PolicyElement,
  remaining: readonly PolicyElement[],
  { displaced }: MergeRecord,
): Edit[] {
  if (displaced.length === 0) {
    return [];
  }
  const { separator } = layoutWithin(document, inbound);
  const placesByForm = new Map<string, number[]>();
  for (const [before, child] of remaining.entries()) {
    const { hash } = fingerprint(canonicalElement(document, child));
    const places = placesByForm.get(hash) ?? [];
    places.push(before + 1);
    placesByForm.set(hash, places);
  }
  return displaced.map(({ source, after, index }) => {
    const places = after === undefined ? [0] : (placesByForm.get(after.hash) ?? []);
    const place = nearest(places, index) ?? Math.min(index, remaining.length);
    const at = remaining[place - 1]?.end ?? inbound.openEnd;
    return { start: at, end: at, text: separator + source };
  });
}

/** The number in an ascending list that is nearest to the wanted one. */
function nearest(ascending: readonly number[], wanted: number): number | undefined {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const [below, above] = [ascending[low - 1], ascending[low]];
  return above === undefined || (below !== undefined && wanted - below <= above - wanted)
    ? below
    : above;
}

function deletionOf(text: string): (element: PolicyElement) => Edit {
  return (element) => ({ start: startWithIndentation(text, element), end: element.end, text: "" });
}

function unknownRecord({ lines, root }: PolicyDocument, version: number): Finding {
  return {
    ...lines.locate(root.start),
    code: "record-unknown",
    message: `The record of the merge has version ${version}, which this program does not know: use the one that wrote it.`,
    severity: "error",
  };
}
