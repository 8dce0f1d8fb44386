import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { isJsonObject } from "../api/v1alpha1/json-object.ts";
import { describeProblem } from "../api/v1alpha1/problem.ts";
import { KIND } from "../api/v1alpha1/schema.generated.ts";
import { validateManifest } from "../api/v1alpha1/validate.ts";
import { describePlace, type Manifest, type ManifestProblem, type Manifests } from "./manifest.ts";
import { keyOf } from "./object-key.ts";
import { parseObjects, type ParsedObject } from "./parse.ts";

const EXTENSIONS: ReadonlySet<string> = new Set([".yaml", ".yml", ".json"]);

/**
 * Reads files, and folders with all that is below them. In a folder, objects of other kinds are
 * somebody else's; a file that was named must hold a SecuredFunctionBackend.
 *
 * @param paths absolute.
 */
export async function readManifests(paths: readonly string[]): Promise<Manifests> {
  const read = await Promise.all(paths.map(readPath));
  return withoutDuplicates({
    manifests: read.flatMap(({ manifests }) => manifests),
    problems: read.flatMap(({ problems }) => problems),
  });
}

async function readPath(path: string): Promise<Manifests> {
  try {
    if (!(await stat(path)).isDirectory()) return await readOneFile(path, "named");
    const files = await listManifestFiles(path);
    const read = await Promise.all(files.map((file) => readOneFile(file, "found")));
    return {
      manifests: read.flatMap(({ manifests }) => manifests),
      problems: read.flatMap(({ problems }) => problems),
    };
  } catch (error) {
    return { manifests: [], problems: [fileProblem(path, error)] };
  }
}

/**
 * Every manifest file below a folder, in the order of their paths. What is hidden is left out: the
 * state folder, and the versions that a mounted ConfigMap keeps beside its links.
 */
async function listManifestFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && EXTENSIONS.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isHidden(relative(folder, file)))
    .toSorted();
}

function isHidden(path: string): boolean {
  return path.split(sep).some((name) => name.startsWith("."));
}

async function readOneFile(file: string, how: "named" | "found"): Promise<Manifests> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    return { manifests: [], problems: [fileProblem(file, error)] };
  }
  const parsed = parseObjects(text, file);
  const claimed = parsed.objects.filter(({ value }) => how === "named" || isOurs(value));
  const judged = claimed.map(judge);
  const manifests = judged.flatMap((each) => each.manifests);
  const problems = [...parsed.problems, ...judged.flatMap((each) => each.problems)];
  if (how === "named" && manifests.length === 0 && problems.length === 0) {
    problems.push({ file, message: `holds no ${KIND}: name another file` });
  }
  return { manifests, problems };
}

/** By its kind alone: a wrong version is a mistake to report, not somebody else's object. */
function isOurs(value: unknown): boolean {
  return isJsonObject(value) && value["kind"] === KIND;
}

function judge({ value, file, line, column }: ParsedObject): Manifests {
  const place = { file, line, column };
  const result = validateManifest(value);
  if (result.ok) return { manifests: [{ ...place, object: result.object }], problems: [] };
  return {
    manifests: [],
    problems: result.problems.map((problem) => ({ ...place, message: describeProblem(problem) })),
  };
}

/** Of two objects of one name neither is used: which one is meant cannot be known. */
function withoutDuplicates({ manifests, problems }: Manifests): Manifests {
  const byKey = Map.groupBy(manifests, ({ object }) => keyOf(object));
  const unique: Manifest[] = [];
  const duplicates: ManifestProblem[] = [];
  for (const [key, [first, ...others]] of byKey) {
    if (first === undefined) continue;
    if (others.length === 0) unique.push(first);
    for (const { file, line, column } of others) {
      const message = `${key} stands also at ${describePlace(first)}: remove one of the two, neither is used`;
      duplicates.push({ file, line, column, message });
    }
  }
  return { manifests: unique, problems: [...problems, ...duplicates] };
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  EACCES: "permission denied: check the mode and owner of the file and its folder",
  ENOENT: "there is no such file or folder: check its name",
};

function fileProblem(file: string, error: unknown): ManifestProblem {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const isMissing = code === "ENOENT";
  return { file, message: FILE_ERRORS[code] ?? message, ...(isMissing && { isMissing }) };
}
