import { Ajv, type ValidateFunction } from "ajv";
import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import { parameterIssues } from "./declared-parameters.ts";
import type { Issue } from "./issue.ts";
import { ARM_DOCUMENTS, readDocument } from "./official-documents.ts";
import { readOperations, withReferencesInto, type DeclaredOperation } from "./open-api.ts";
import { withoutNulls } from "./without-nulls.ts";

interface CheckedOperation {
  readonly operation: DeclaredOperation;
  readonly validateBody: ValidateFunction | undefined;
}

/**
 * The second layer over the documents of ARM, for what Microsoft's validator lets through in
 * requests: values outside of open enumerations, path and query values, undeclared query parameters
 * and conditional headers.
 *
 * The service may answer with values that are newer than the document; we send none.
 */
export class DeclaredValues {
  readonly #operations: ReadonlyMap<string, CheckedOperation>;

  private constructor(operations: ReadonlyMap<string, CheckedOperation>) {
    this.#operations = operations;
  }

  static load(folder?: string): DeclaredValues {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const operations = ARM_DOCUMENTS.flatMap(({ file }) => {
      const document = readDocument(file, folder);
      ajv.addSchema(document, file);
      return readOperations(document).map((operation) => {
        const body = operation.parameters.find((parameter) => parameter.in === "body")?.schema;
        const validateBody = body && ajv.compile(withReferencesInto(file, body));
        return [operation.operationId, { operation, validateBody }] as const;
      });
    });
    return new DeclaredValues(new Map(operations));
  }

  /** @throws {Error} when there is no such operation. */
  validateRequest(operationId: string, exchange: RecordedExchange): readonly Issue[] {
    const checked = this.#operations.get(operationId);
    if (checked === undefined) throw new Error(`The documents have no ${operationId}.`);
    const url = new URL(`https://management.azure.com${exchange.url}`);
    return [
      ...parameterIssues(checked.operation, url, exchange.requestHeaders),
      ...bodyIssues(checked.validateBody, exchange.requestBody),
    ];
  }
}

function bodyIssues(validate: ValidateFunction | undefined, body: unknown): readonly Issue[] {
  if (validate === undefined || body === undefined) return [];
  validate(withoutNulls(body));
  return (validate.errors ?? []).map(({ instancePath, message = "", params }) => ({
    code: "UNDECLARED_VALUE",
    message: `${message} ${JSON.stringify(params)}`,
    pointer: instancePath,
  }));
}
