import { Ajv2019, type ValidateFunction } from "ajv/dist/2019.js";
import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import { parameterIssues } from "./declared-parameters.ts";
import { UNKNOWN_MEMBER, type Issue } from "./issue.ts";
import { GRAPH_DOCUMENT, readDocument } from "./official-documents.ts";
import type { OfficialVerdict } from "./official-validator.ts";
import {
  decodedPath,
  readOperations,
  withReferencesInto,
  type DeclaredOperation,
  type OpenApiDocument,
  type Schema,
} from "./open-api.ts";
import { withoutNulls } from "./without-nulls.ts";

const NO_BODY = "without a body";

interface CheckedOperation {
  readonly operation: DeclaredOperation;
  readonly validateBody: ValidateFunction | undefined;
  readonly answers: ReadonlyMap<string, ValidateFunction | typeof NO_BODY>;
}

/** The official description of Microsoft Graph, which Microsoft's validator of ARM cannot read. */
export class GraphValidator {
  readonly #operations: readonly CheckedOperation[];

  private constructor(operations: readonly CheckedOperation[]) {
    this.#operations = operations;
  }

  /** @param folder holds the document. */
  static load(folder?: string): GraphValidator {
    const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
    const document = closed(readDocument(GRAPH_DOCUMENT, folder));
    ajv.addSchema(document, GRAPH_DOCUMENT);
    const compile = (schema: object) => ajv.compile(withReferencesInto(GRAPH_DOCUMENT, schema));
    return new GraphValidator(
      readOperations(document).map((operation) => {
        const body = operation.parameters.find((parameter) => parameter.in === "body")?.schema;
        return {
          operation,
          validateBody: body && compile(body),
          answers: new Map(
            [...operation.answers].map(([status, schema]) => [
              status,
              schema === undefined ? NO_BODY : compile(schema),
            ]),
          ),
        };
      }),
    );
  }

  /** What the document says about an exchange; nothing when it does not know the operation. */
  validate(exchange: RecordedExchange): OfficialVerdict | undefined {
    const url = new URL(`https://graph.microsoft.com${exchange.url}`);
    const path = decodedPath(url);
    const checked = this.#operations.find(
      ({ operation }) => operation.method === exchange.method && operation.path.test(path),
    );
    if (checked === undefined) return undefined;
    const { operation, validateBody } = checked;
    return {
      operationId: operation.operationId,
      requestIssues: [
        ...parameterIssues(operation, url, exchange.requestHeaders),
        ...(validateBody === undefined ? [] : bodyIssues(validateBody, exchange.requestBody)),
      ],
      answerIssues: exchange.status === undefined ? [] : answerIssues(checked, exchange),
    };
  }
}

function answerIssues(
  { answers }: CheckedOperation,
  { status, responseBody }: RecordedExchange,
): readonly Issue[] {
  const validate =
    answers.get(String(status)) ?? ((status ?? 0) >= 400 ? answers.get("default") : undefined);
  if (validate === undefined) {
    return [{ code: "INVALID_RESPONSE_CODE", message: `${status} is not declared.`, pointer: "" }];
  }
  if (validate !== NO_BODY) return bodyIssues(validate, responseBody);
  return responseBody === undefined
    ? []
    : [{ code: "INVALID_TYPE", message: `${status} has no body.`, pointer: "" }];
}

function bodyIssues(validate: ValidateFunction, body: unknown): readonly Issue[] {
  validate(withoutNulls(body));
  return (validate.errors ?? []).map(({ keyword, instancePath, message = "", params }) => {
    const unknown = (params["additionalProperty"] ?? params["unevaluatedProperty"]) as unknown;
    return typeof unknown === "string"
      ? { code: UNKNOWN_MEMBER, message, pointer: `${instancePath}/${unknown}` }
      : { code: keyword.toUpperCase(), message, pointer: instancePath };
  });
}

/**
 * The document with every type closed: members that a type does not have are refused, except for
 * OData's annotations. Types that others extend stay open, and the extended ones are closed as a
 * whole.
 */
function closed(document: OpenApiDocument): OpenApiDocument {
  const bases = new Set(
    Object.values(document.definitions).flatMap(({ allOf = [] }) =>
      allOf.flatMap(({ $ref }) => $ref?.replace("#/definitions/", "") ?? []),
    ),
  );
  const definitions = Object.entries(document.definitions).map(
    ([name, schema]) => [name, bases.has(name) ? schema : closedSchema(schema)] as const,
  );
  return { ...document, definitions: Object.fromEntries(definitions) };
}

function closedSchema(schema: Schema): Schema {
  if (schema.properties === undefined && schema.allOf === undefined) return schema;
  return { ...schema, patternProperties: { "@odata\\.": {} }, unevaluatedProperties: false };
}
