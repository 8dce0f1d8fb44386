import type { ArmRoute } from "./call.ts";

interface CompiledRoute {
  readonly route: ArmRoute;
  readonly segments: readonly string[];
}

/** What a path means to ARM. */
export type Match =
  | {
      readonly kind: "found";
      readonly route: ArmRoute;
      readonly parameters: Record<string, string>;
    }
  | { readonly kind: "wrong-method" }
  | { readonly kind: "unknown" };

/** Finds the route of a request; letter case of path segments does not matter. */
export class Router {
  readonly #routes: readonly CompiledRoute[];

  constructor(routes: readonly ArmRoute[]) {
    this.#routes = routes.map((route) => ({ route, segments: split(route.pattern) }));
  }

  match(method: string, path: string): Match {
    const segments = split(path);
    let pathIsKnown = false;
    for (const { route, segments: pattern } of this.#routes) {
      const parameters = matchSegments(pattern, segments);
      if (parameters === undefined) continue;
      if (route.method === method) return { kind: "found", route, parameters };
      pathIsKnown = true;
    }
    return { kind: pathIsKnown ? "wrong-method" : "unknown" };
  }
}

function split(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = decode(segments[index] ?? "");
    if (segment === undefined) return undefined;
    if (expected.startsWith("{")) parameters[expected.slice(1, -1)] = segment;
    else if (expected.toLowerCase() !== segment.toLowerCase()) return undefined;
  }
  return parameters;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
