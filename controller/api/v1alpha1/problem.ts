import { isSecretName } from "./secret-words.ts";

/** One reason why a manifest is refused. */
export interface Problem {
  /** The field, such as `spec.apis[0].name`; the empty string for the manifest as a whole. */
  readonly path: string;
  /** What stands there, shortened; `nothing` when the field is absent. */
  readonly found: string;
  /** What may stand there. */
  readonly allowed: string;
  /** What is wrong, as the rest of a sentence that begins with the field. */
  readonly message: string;
}

const LONGEST_FOUND = 160;
const DEEPEST_FOUND = 3;

/** One line that names the field, what is wrong, what was found and what is allowed. */
export function describeProblem({ path, found, allowed, message }: Problem): string {
  return `${path === "" ? "manifest" : path}: ${message} (found: ${found}; allowed: ${allowed})`;
}

/** `value` as it is shown in `Problem.found`: JSON, cut in length and depth. Takes any JSON, however deep. */
export function describeFound(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = render(value, DEEPEST_FOUND);
  return text.length <= LONGEST_FOUND ? text : `${text.slice(0, LONGEST_FOUND - 1)}…`;
}

function render(value: unknown, depth: number): string {
  if (Array.isArray(value)) {
    if (depth === 0 && value.length > 0) return "[…]";
    return `[${value
      .slice(0, LONGEST_FOUND)
      .map((item) => render(item, depth - 1))
      .join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (depth === 0 && entries.length > 0) return "{…}";
    const shown = entries.map(
      ([key, item]) => `${key}: ${isSecretName(key) ? "…" : render(item, depth - 1)}`,
    );
    return `{${shown.join(", ")}}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
