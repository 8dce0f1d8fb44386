/** Replaces `source[start, end)` by `text`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** An edit that was made: at `at` in the new text stands `inserted`, where `removed` was. */
export interface AppliedEdit {
  at: number;
  inserted: string;
  removed: string;
}

/** Carries out edits that do not overlap, in one pass; those at one place in the order given. */
export function applyEdits(
  source: string,
  edits: readonly Edit[],
): { text: string; applied: AppliedEdit[] } {
  const pieces: string[] = [];
  const applied: AppliedEdit[] = [];
  let copied = 0;
  let length = 0;
  for (const edit of edits.toSorted(
    (one, other) => one.start - other.start || one.end - other.end,
  )) {
    const kept = source.slice(copied, edit.start);
    pieces.push(kept, edit.text);
    length += kept.length;
    applied.push({ at: length, inserted: edit.text, removed: source.slice(edit.start, edit.end) });
    length += edit.text.length;
    copied = edit.end;
  }
  pieces.push(source.slice(copied));
  return { text: pieces.join(""), applied };
}

/** The source of edits, from the very text they made. Undefined when an edit's text is not where it was put. */
export function undoEdits(text: string, applied: readonly AppliedEdit[]): string | undefined {
  if (applied.some(({ at, inserted }) => !text.startsWith(inserted, at))) {
    return undefined;
  }
  return applyEdits(
    text,
    applied.map(({ at, inserted, removed }) => ({
      start: at,
      end: at + inserted.length,
      text: removed,
    })),
  ).text;
}
