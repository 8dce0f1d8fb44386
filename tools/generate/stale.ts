/** Those of the generated `files` (content by path) that `read` does not find as they should be. */
export function findStale(
  files: ReadonlyMap<string, string>,
  read: (path: string) => string | undefined,
): [path: string, content: string][] {
  return [...files].filter(([path, content]) => read(path) !== content);
}
