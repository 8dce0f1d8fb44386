/** A parameter of an operation, its reference resolved. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly enum?: readonly string[];
  readonly schema?: object;
}

/** An operation of an OpenAPI 2.0 document. */
export interface DeclaredOperation {
  readonly operationId: string;
  /** Upper case. */
  readonly method: string;
  /** Matches a whole path, with a group for each parameter; letter case does not matter. */
  readonly path: RegExp;
  readonly parameters: readonly Parameter[];
  /** Schemas of answers by status, and by `default`; undefined where there is no body. */
  readonly answers: ReadonlyMap<string, object | undefined>;
}

export interface OpenApiDocument {
  readonly basePath?: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

export interface Schema {
  readonly type?: string;
  readonly properties?: object;
  readonly patternProperties?: object;
  readonly unevaluatedProperties?: boolean;
  readonly allOf?: readonly { readonly $ref?: string }[];
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly unknown[];
  readonly responses: Readonly<Record<string, { readonly schema?: object }>>;
}

const METHODS = ["get", "head", "put", "patch", "post", "delete"];

/** The operations of a document. */
export function readOperations(document: OpenApiDocument): readonly DeclaredOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, value]) => {
        const { operationId, parameters = [], responses } = value as Operation;
        return {
          operationId,
          method: method.toUpperCase(),
          path: patternOf(`${document.basePath ?? ""}${path}`),
          parameters: parameters.map((parameter) => resolve(document, parameter)),
          answers: new Map(
            Object.entries(responses).map(([status, { schema }]) => [status, schema]),
          ),
        };
      }),
  );
}

/** The path of an address as a reader sees it; as it is where its escapes mean nothing. */
export function decodedPath({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

/**
 * A schema inside a document as a schema of its own: its references lead into the document, which
 * the validator knows by that name.
 */
export function withReferencesInto(document: string, schema: object): object {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${document}#/`),
  ) as object;
}

function resolve(document: OpenApiDocument, parameter: unknown): Parameter {
  const reference = (parameter as { $ref?: string }).$ref;
  if (reference === undefined) return parameter as Parameter;
  const steps = reference.replace(/^#\//u, "").split("/");
  return steps.reduce<unknown>(
    (value, step) => (value as Record<string, unknown>)[step],
    document,
  ) as Parameter;
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.()]/gu, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\{(\w+)\}/gu, "(?<$1>[^/()]+)")}$`, "iu");
}
