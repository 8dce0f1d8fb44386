import { rmSync } from "node:fs";
import {
  LiveValidator,
  type LiveValidationResult,
} from "oav/dist/lib/liveValidation/liveValidator.js";
import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import type { Issue } from "./issue.ts";
import { DOCUMENTS_FOLDER, layOutAsRepository } from "./official-documents.ts";
import { withoutNulls } from "./without-nulls.ts";

/** What the documents say about an exchange. */
export interface OfficialVerdict {
  /** E.g. `ApiPolicy_Get`. */
  readonly operationId: string;
  readonly requestIssues: readonly Issue[];
  /** Empty when there was no answer. */
  readonly answerIssues: readonly Issue[];
}

const ARM = "https://management.azure.com";

/** Microsoft's own validator of ARM traffic (oav) on the official documents. */
export class OfficialValidator {
  readonly #live: LiveValidator;

  private constructor(live: LiveValidator) {
    this.#live = live;
  }

  /** @param folder holds the documents. */
  static async load(folder = DOCUMENTS_FOLDER): Promise<OfficialValidator> {
    const directory = layOutAsRepository(folder);
    try {
      const live = new LiveValidator(
        {
          directory,
          git: { shouldClone: false },
          swaggerPathsPattern: ["specification/**/stable/*/*.json"],
          isArmCall: true,
          isPathCaseSensitive: false,
        },
        () => undefined,
      );
      await live.initialize();
      return new OfficialValidator(live);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  /** What the documents say about an exchange; nothing when they do not know the operation. */
  async validate(exchange: RecordedExchange): Promise<OfficialVerdict | undefined> {
    const url = `${ARM}${exchange.url}`;
    const { method } = exchange;
    const request = await this.#live.validateLiveRequest({
      url,
      method,
      headers: { ...exchange.requestHeaders },
      ...bodyOf(exchange.requestBody),
    });
    if (request.runtimeException?.code.startsWith("OPERATION_NOT_FOUND") === true) return undefined;
    const { operationId } = request.operationInfo;
    if (exchange.status === undefined)
      return { operationId, requestIssues: issuesOf(request), answerIssues: [] };
    const answer = await this.#live.validateLiveResponse(
      {
        statusCode: String(exchange.status),
        headers: { ...exchange.responseHeaders },
        ...bodyOf(withoutNulls(exchange.responseBody)),
      },
      { url, method },
    );
    return { operationId, requestIssues: issuesOf(request), answerIssues: issuesOf(answer) };
  }
}

function bodyOf(body: unknown): { readonly body?: Record<string, unknown> } {
  return body === undefined ? {} : { body: body as Record<string, unknown> };
}

function issuesOf(result: LiveValidationResult): readonly Issue[] {
  const { errors, runtimeException, isSuccessful } = result;
  if (isSuccessful === true) return [];
  if (runtimeException !== undefined) {
    return [{ code: runtimeException.code, message: runtimeException.message, pointer: "" }];
  }
  return errors.map(({ code, message, pathsInPayload }) => ({
    code,
    message,
    pointer: pathsInPayload[0] ?? "",
  }));
}
