import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";

/** A valid object, and where it was read. */
export interface Manifest extends Place {
  readonly object: SecuredFunctionBackend;
}

/** What keeps a manifest, or a file of them, from being used. */
export interface ManifestProblem extends Partial<Place> {
  readonly file: string;
  /** One line: the field, what is wrong, what was found, what is allowed. */
  readonly message: string;
  /** There is no such file: whatever it held has gone. */
  readonly isMissing?: boolean;
}

/** A place in a file, counted from 1. */
export interface Place {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Everything that files and folders hold. Problems never hide the valid ones. */
export interface Manifests {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly ManifestProblem[];
}

/** `file:line:column: message`, as compilers write it. */
export function describeManifestProblem(problem: ManifestProblem): string {
  return `${describePlace(problem)}: ${problem.message}`;
}

/** `file:line:column`. */
export function describePlace({ file, line, column }: Partial<Place> & { file: string }): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}
