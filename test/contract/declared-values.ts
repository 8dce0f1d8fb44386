import { Ajv, type ValidateFunction } from "ajv";
import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import type { Issue } from "./issue.ts";
import { readDocuments } from "./official-documents.ts";
import { withoutNulls } from "./without-nulls.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly enum?: readonly string[];
  readonly schema?: object;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly unknown[];
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** What the documents declare about the requests of one operation. */
interface DeclaredOperation {
  readonly path: RegExp;
  readonly parameters: readonly Parameter[];
  readonly validateBody: ValidateFunction | undefined;
}

/** Headers that change what a write does: one that is not declared may be ignored by the service. */
const CONDITIONAL_HEADERS = ["if-match", "if-none-match", "prefer"];

/**
 * The second layer over the documents, for what Microsoft's validator lets through in requests:
 * values outside of open enumerations, path and query values, undeclared query parameters and
 * conditional headers.
 *
 * The service may answer with values that are newer than the document; we send none.
 */
export class DeclaredValues {
  readonly #operations: ReadonlyMap<string, DeclaredOperation>;

  private constructor(operations: ReadonlyMap<string, DeclaredOperation>) {
    this.#operations = operations;
  }

  static load(folder?: string): DeclaredValues {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const operations = readDocuments(folder).flatMap((document, index) => {
      ajv.addSchema(document as object, `document-${index}`);
      return declaredOperations(document as OpenApiDocument, index, ajv);
    });
    return new DeclaredValues(new Map(operations));
  }

  /** @throws {Error} when there is no such operation. */
  validateRequest(operationId: string, exchange: RecordedExchange): readonly Issue[] {
    const operation = this.#operations.get(operationId);
    if (operation === undefined) throw new Error(`The documents have no ${operationId}.`);
    const url = new URL(exchange.url, "https://management.azure.com");
    return [
      ...pathIssues(operation, url),
      ...queryIssues(operation, url),
      ...headerIssues(operation, exchange.requestHeaders),
      ...bodyIssues(operation, exchange.requestBody),
    ];
  }
}

function declaredOperations(
  document: OpenApiDocument,
  index: number,
  ajv: Ajv,
): readonly (readonly [string, DeclaredOperation])[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods)
      .filter(({ operationId }) => operationId !== undefined)
      .map(({ operationId, parameters = [] }) => {
        const resolved = parameters.map((parameter) => resolve(document, parameter));
        const body = resolved.find((parameter) => parameter.in === "body")?.schema;
        return [
          operationId,
          {
            path: patternOf(path),
            parameters: resolved,
            validateBody: body && ajv.compile(withAbsoluteReferences(body, `document-${index}`)),
          },
        ] as const;
      }),
  );
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

/** A body's schema as one of its own: its references lead into the document. */
function withAbsoluteReferences(schema: object, document: string): object {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${document}#/`),
  ) as object;
}

/** `/apis/{apiId}` as an expression with a group for each parameter; letter case does not matter. */
function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.()]/gu, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\{(\w+)\}/gu, "(?<$1>[^/]+)")}$`, "iu");
}

function pathIssues({ path, parameters }: DeclaredOperation, url: URL): readonly Issue[] {
  const values = path.exec(url.pathname)?.groups ?? {};
  return parameters
    .filter((parameter) => parameter.in === "path")
    .flatMap((parameter) => enumIssues(parameter, values[parameter.name]));
}

function queryIssues({ parameters }: DeclaredOperation, url: URL): readonly Issue[] {
  const declared = parameters.filter((parameter) => parameter.in === "query");
  return [...url.searchParams].flatMap(([name, value]) => {
    const parameter = declared.find((each) => each.name === name);
    return parameter === undefined
      ? [issue("UNDECLARED_QUERY_PARAMETER", `There is no query parameter ${name}.`)]
      : enumIssues(parameter, value);
  });
}

function headerIssues(
  { parameters }: DeclaredOperation,
  headers: Readonly<Record<string, string>>,
): readonly Issue[] {
  const declared = parameters
    .filter((parameter) => parameter.in === "header")
    .map(({ name }) => name.toLowerCase());
  return CONDITIONAL_HEADERS.filter((name) => name in headers && !declared.includes(name)).map(
    (name) => issue("UNDECLARED_HEADER", `There is no header ${name}.`),
  );
}

function enumIssues(parameter: Parameter, value: string | undefined): readonly Issue[] {
  const { name, enum: allowed } = parameter;
  if (allowed === undefined || value === undefined || allowed.includes(value)) return [];
  return [issue("UNDECLARED_VALUE", `${name} is ${value}, not one of ${allowed.join(", ")}.`)];
}

function bodyIssues({ validateBody }: DeclaredOperation, body: unknown): readonly Issue[] {
  if (validateBody === undefined || body === undefined) return [];
  validateBody(withoutNulls(body));
  return (validateBody.errors ?? []).map(({ instancePath, message = "", params }) => ({
    code: "UNDECLARED_VALUE",
    message: `${message} ${JSON.stringify(params)}`,
    pointer: instancePath,
  }));
}

function issue(code: string, message: string): Issue {
  return { code, message, pointer: "" };
}
