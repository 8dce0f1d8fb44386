/**
 * The first `length` UTF-16 units of a text. A character that the cut would halve becomes U+FFFD, which
 * an API server would make of it too: otherwise what is read back differs from what was written.
 */
export function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}
