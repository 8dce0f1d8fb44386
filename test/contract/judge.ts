import { isDeepStrictEqual } from "node:util";
import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import {
  ANSWER_ALLOWANCES,
  INVENTED_MEMBER,
  REQUEST_ALLOWANCES,
  UNDOCUMENTED_OPERATIONS,
  type Allowance,
} from "./allowances.ts";
import type { DeclaredValues } from "./declared-values.ts";
import { UNKNOWN_MEMBER, type Issue } from "./issue.ts";
import type { OfficialValidator } from "./official-validator.ts";

/** An exchange with the operation it belongs to and what is wrong with it. */
export interface Judgement {
  readonly exchange: RecordedExchange;
  /** The documents' name of the operation; method and path of one that they do not know. */
  readonly operation: string;
  /** One line each; empty when all is well. */
  readonly faults: readonly string[];
  /** The allowances that were needed. */
  readonly allowances: readonly Allowance[];
}

/** The programs whose requests are the controller's: the command, and the loop under test. */
const CONTROLLER = /^(?:secured-function-backend|sfb-test) /u;

/** Refusals of whoever stands in front of the resources: they come before the operation is known. */
const FRONT_DOOR_CODES = [
  "InvalidApiVersionParameter",
  "InvalidResourceType",
  "MissingApiVersionParameter",
  "NotFound",
  "SubscriptionNotFound",
];

export function isControllers({ userAgent }: RecordedExchange): boolean {
  return CONTROLLER.test(userAgent);
}

/** Judges exchanges by both layers of the contract, and by the written lists. */
export class Judge {
  readonly #official: OfficialValidator;
  readonly #declared: DeclaredValues;

  constructor(official: OfficialValidator, declared: DeclaredValues) {
    this.#official = official;
    this.#declared = declared;
  }

  /**
   * Requests of the controller and all answers of the services are held to the documents. Requests
   * that tests make as somebody else are often wrong on purpose, and answers that a fault made up
   * are nobody's: both are left alone.
   */
  async judge(exchange: RecordedExchange): Promise<Judgement> {
    const verdict = await this.#official.validate(exchange);
    if (verdict === undefined) return judgeUnknown(exchange);
    const { operationId } = verdict;
    const request = isControllers(exchange)
      ? sift(
          [...verdict.requestIssues, ...this.#declared.validateRequest(operationId, exchange)],
          operationId,
          REQUEST_ALLOWANCES,
          (issue) => isCarriedOver(issue, exchange),
        )
      : NOTHING;
    const isOwnAnswer = !exchange.isInjected && exchange.status !== 405;
    const answer = isOwnAnswer
      ? sift(verdict.answerIssues, operationId, ANSWER_ALLOWANCES, isInvented)
      : NOTHING;
    return {
      exchange,
      operation: operationId,
      faults: [
        ...request.issues.map((issue) => describe(exchange, operationId, "request", issue)),
        ...answer.issues.map((issue) => describe(exchange, operationId, "answer", issue)),
      ],
      allowances: [...request.allowances, ...answer.allowances],
    };
  }
}

interface Sifted {
  readonly issues: readonly Issue[];
  readonly allowances: readonly Allowance[];
}

const NOTHING: Sifted = { issues: [], allowances: [] };

function sift(
  issues: readonly Issue[],
  operationId: string,
  allowances: readonly Allowance[],
  isExcused: (issue: Issue) => boolean,
): Sifted {
  const judged = issues
    .filter((issue) => !isExcused(issue))
    .map((issue) => ({
      issue,
      allowance: allowances.find(
        ({ operations, code, pointer }) =>
          code === issue.code && operations.test(operationId) && pointer.test(issue.pointer),
      ),
    }));
  return {
    issues: judged.filter(({ allowance }) => allowance === undefined).map(({ issue }) => issue),
    allowances: judged.flatMap(({ allowance }) => allowance ?? []),
  };
}

/** Whether an unknown member was there, with this value, when the resource was last read. */
function isCarriedOver({ code, pointer }: Issue, exchange: RecordedExchange): boolean {
  if (code !== UNKNOWN_MEMBER) return false;
  const before = valueAt(exchange.readBefore, pointer);
  return before !== undefined && isDeepStrictEqual(before, valueAt(exchange.requestBody, pointer));
}

function isInvented({ code, pointer }: Issue): boolean {
  return code === UNKNOWN_MEMBER && INVENTED_MEMBER.test(pointer);
}

function valueAt(document: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (value, step) =>
        typeof value === "object" && value !== null && Object.hasOwn(value, step)
          ? (value as Record<string, unknown>)[step]
          : undefined,
      document,
    );
}

function judgeUnknown(exchange: RecordedExchange): Judgement {
  const path = exchange.url.replace(/\?.*$/u, "");
  const isNamed = UNDOCUMENTED_OPERATIONS.some(
    (known) => known.method === exchange.method && known.path.test(path),
  );
  const isLeftAlone =
    isNamed ||
    (!isControllers(exchange) && (isRefusedAtTheFrontDoor(exchange) || exchange.isInjected));
  const operation = `${exchange.method} ${path.split("/").slice(-2).join("/")}`;
  return {
    exchange,
    operation,
    faults: isLeftAlone
      ? []
      : [`${exchange.method} ${exchange.url}: the documents know no such operation`],
    allowances: [],
  };
}

function isRefusedAtTheFrontDoor({ status, responseBody }: RecordedExchange): boolean {
  if (status === 405) return true;
  const code = valueAt(responseBody, "/error/code");
  return typeof code === "string" && FRONT_DOOR_CODES.includes(code);
}

function describe(
  { method, url, status }: RecordedExchange,
  operationId: string,
  part: "request" | "answer",
  { code, message, pointer }: Issue,
): string {
  const what = part === "answer" ? `answer ${status}` : "request";
  return `${operationId} (${method} ${url}), ${what}: ${code}${pointer && ` at ${pointer}`}: ${message}`;
}
