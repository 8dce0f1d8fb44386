import { isMap, isSeq, LineCounter, parseAllDocuments, type Document, type ParsedNode } from "yaml";
import { isJsonObject } from "../api/v1alpha1/json-object.ts";
import { KUBECTL_YAML } from "./kubectl-yaml.ts";
import type { ManifestProblem, Place } from "./manifest.ts";

/** One Kubernetes object of any kind, as plain data, and where it begins. */
export interface ParsedObject extends Place {
  readonly value: unknown;
}

/** What a file holds. */
export interface ParsedFile {
  readonly objects: readonly ParsedObject[];
  readonly problems: readonly ManifestProblem[];
}

/**
 * The objects in a text: YAML of several documents, as kubectl reads it, or JSON, with the members of each `List` taken
 * out. Empty documents are nothing. A broken document is a problem, and the others are still read.
 */
export function parseObjects(text: string, file: string): ParsedFile {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { ...KUBECTL_YAML, lineCounter, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line, column: col };
  };
  const objects: ParsedObject[] = [];
  const problems: ManifestProblem[] = [];
  for (const document of documents) {
    const parsed = parseDocument(document, placeAt);
    objects.push(...parsed.objects);
    problems.push(...parsed.problems);
  }
  return { objects, problems };
}

function parseDocument(document: Document.Parsed, placeAt: (offset: number) => Place): ParsedFile {
  const [error] = document.errors;
  if (error !== undefined) {
    const message = `is no readable YAML: ${error.message}`;
    return { objects: [], problems: [{ ...placeAt(error.pos[0]), message }] };
  }
  const place = placeAt(document.contents?.range[0] ?? 0);
  try {
    const value: unknown = document.toJS();
    if (value === null) return { objects: [], problems: [] };
    return { objects: membersOf(value, document, place, placeAt), problems: [] };
  } catch (failure) {
    // Aliases that multiply beyond measure.
    const message = `is no readable YAML: ${(failure as Error).message}`;
    return { objects: [], problems: [{ ...place, message }] };
  }
}

function membersOf(
  value: unknown,
  document: Document.Parsed,
  place: Place,
  placeAt: (offset: number) => Place,
): readonly ParsedObject[] {
  const isList =
    isJsonObject(value) && typeof value["kind"] === "string" && value["kind"].endsWith("List");
  if (!isList || !Array.isArray(value["items"])) return [{ ...place, value }];
  const items = isMap(document.contents) ? document.contents.get("items", true) : undefined;
  return value["items"].map((member: unknown, index) => {
    const node: unknown = isSeq(items) ? items.items[index] : undefined;
    const range = (node as ParsedNode | undefined)?.range;
    return { ...(range ? placeAt(range[0]) : place), value: member };
  });
}
