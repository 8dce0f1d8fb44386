import type { AppliedEdit } from "./edit.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** What a merge did: plain JSON, to be kept for as long as the statements stay in the document. */
export interface MergeRecord {
  version: 1;
  /** Tells the text that the merge wrote from one that was changed since. */
  merged: Fingerprint;
  /** Tells the document before the merge, by its canonical form; absent if nothing was changed. */
  source?: Fingerprint;
  /** Undoes the merge on that very text, byte for byte. */
  edits: readonly AppliedEdit[];
  /** How much of what is around our statements the merge made itself. */
  created: "document" | "section" | "nothing";
  /** Paths (see `statementPath`) of the statements that were not there before. */
  added: readonly string[];
  /** Attributes of the identity statement that were changed in place: their source before, absent if there was none. */
  corrected: readonly { attribute: string; source?: string }[];
  /** Identity statements that were taken from their places: duplicates, and ours where it did not hold. */
  displaced: readonly DisplacedElement[];
}

/** An element that was taken out, and how to find its place again in a document that was changed since. */
export interface DisplacedElement {
  source: string;
  /** Of the canonical form of the element before it that stayed; absent when it was the first. */
  after?: Fingerprint;
  /** How many elements that stayed were before it. */
  index: number;
}
