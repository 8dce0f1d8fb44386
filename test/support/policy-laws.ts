import { canonicalForm } from "../../controller/policy/canonical.ts";
import { checkPolicy } from "../../controller/policy/check.ts";
import { readPolicyDocument } from "../../controller/policy/document.ts";
import { mergePolicy } from "../../controller/policy/merge.ts";
import type { MergeRecord } from "../../controller/policy/record.ts";
import { removePolicy } from "../../controller/policy/remove.ts";
import type { PolicyStatements } from "../../controller/policy/statements.ts";

/** The two sides of an equation that holds for each document and all statements. */
export type PolicyLaw = (
  source: string,
  statements: PolicyStatements,
) => { found: unknown; wanted: unknown };

/** What merging, checking and removing hold to, by name. Nothing is said of documents that are refused. */
export const POLICY_LAWS: Readonly<Record<string, PolicyLaw>> = {
  "all spans, joined, are the source": (source) => {
    const reading = readPolicyDocument(source);
    const spans = reading.readable ? reading.document.spans : [{ start: 0, end: source.length }];
    return {
      found: spans.map(({ start, end }) => source.slice(start, end)).join(""),
      wanted: source,
    };
  },

  "an accepted merge is protected, and merging it again changes nothing": ofMerged(
    ({ text, statements }) => {
      const again = mergePolicy(text, statements);
      return {
        found: [
          checkPolicy(text, statements).protected,
          checkPolicy(text, statements).differences,
          again.outcome === "merged" && !again.changed && again.text,
        ],
        wanted: [true, [], text],
      };
    },
  ),

  "a merge changes what is not protected, and nothing else": ofMerged(
    ({ source, text, changed, statements }) => {
      const before = checkPolicy(source, statements);
      return {
        found: [changed, text !== source, before.differences.length > 0],
        wanted: [!before.protected, !before.protected, !before.protected],
      };
    },
  ),

  "a removal with the record gives the source, byte for byte": ofMerged(
    ({ source, text, statements, record }) => ({
      found: removedText(text, statements, record),
      wanted: source,
    }),
  ),

  "a removal after the service has formatted the document gives the source by meaning": ofMerged(
    ({ source, text, statements, record }) => {
      const stored = formatLikeService(text);
      return {
        found: [
          canonicalForm(stored),
          checkPolicy(stored, statements).protected,
          canonicalForm(removedText(stored, statements, record)),
        ],
        wanted: [canonicalForm(text), true, canonicalForm(source)],
      };
    },
  ),

  "a second removal with the record changes nothing": ofMerged(
    ({ source, text, statements, record }) => ({
      found: removedText(removedText(text, statements, record), statements, record),
      wanted: source,
    }),
  ),

  "a removal without a record leaves nothing more to remove": ofMerged(({ text, statements }) => {
    const removed = removedText(text, statements);
    return { found: removedText(removed, statements), wanted: removed };
  }),
};

interface Merged {
  source: string;
  statements: PolicyStatements;
  text: string;
  changed: boolean;
  /** As it comes back from a store. */
  record: MergeRecord;
}

function ofMerged(law: (merged: Merged) => ReturnType<PolicyLaw>): PolicyLaw {
  return (source, statements) => {
    const result = mergePolicy(source, statements);
    return result.outcome === "merged"
      ? law({
          source,
          statements,
          ...result,
          record: JSON.parse(JSON.stringify(result.record)) as MergeRecord,
        })
      : { found: "refused", wanted: "refused" };
  };
}

function removedText(text: string, statements: PolicyStatements, record?: MergeRecord): string {
  const result = removePolicy(text, { statements, ...(record === undefined ? {} : { record }) });
  return result.outcome === "removed" ? (result.text ?? "") : result.outcome;
}

/** The service's line ends and tabs between elements. */
function formatLikeService(text: string): string {
  return text.replace(/(?<=[>])\r?\n[ \t]*(?=<)/g, "\r\n\t\t");
}
