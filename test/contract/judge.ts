import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import {
  ANSWER_ALLOWANCES,
  INVENTED_MEMBER,
  REQUEST_ALLOWANCES,
  type Allowance,
} from "./allowances.ts";
import { isCarriedOver } from "./carried-over.ts";
import { isControllers } from "./controller.ts";
import { DeclaredValues } from "./declared-values.ts";
import { GraphValidator } from "./graph-validator.ts";
import { UNKNOWN_MEMBER, type Issue } from "./issue.ts";
import { OfficialValidator, type OfficialVerdict } from "./official-validator.ts";
import { describeUnknownOperation, isLeftAlone } from "./unknown-operation.ts";

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

/** Judges exchanges by both layers of the contract, and by the written lists. */
export class Judge {
  readonly #arm: OfficialValidator;
  readonly #declared: DeclaredValues;
  readonly #graph: GraphValidator;

  private constructor(arm: OfficialValidator, declared: DeclaredValues, graph: GraphValidator) {
    this.#arm = arm;
    this.#declared = declared;
    this.#graph = graph;
  }

  /** @param folder holds the official documents; the one of the settings unless told. */
  static async load(folder?: string): Promise<Judge> {
    return new Judge(
      await OfficialValidator.load(folder),
      DeclaredValues.load(folder),
      GraphValidator.load(folder),
    );
  }

  /**
   * Requests of the controller and all answers of the services are held to the documents. Requests
   * that tests make as somebody else are often wrong on purpose, and answers that a fault made up
   * are nobody's: both are left alone.
   */
  async judge(exchange: RecordedExchange): Promise<Judgement> {
    const verdict = await this.#verdict(exchange);
    if (verdict === undefined) return judgeUnknown(exchange);
    const { operationId } = verdict;
    const request = isControllers(exchange)
      ? sift(verdict.requestIssues, operationId, REQUEST_ALLOWANCES, (issue) =>
          isCarriedOver(issue, exchange),
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

  async #verdict(exchange: RecordedExchange): Promise<OfficialVerdict | undefined> {
    if (exchange.listener === "graph") return this.#graph.validate(exchange);
    const verdict = await this.#arm.validate(exchange);
    if (verdict === undefined) return undefined;
    const declared = this.#declared.validateRequest(verdict.operationId, exchange);
    return { ...verdict, requestIssues: [...verdict.requestIssues, ...declared] };
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

function isInvented({ code, pointer }: Issue): boolean {
  return code === UNKNOWN_MEMBER && INVENTED_MEMBER.test(pointer);
}

function judgeUnknown(exchange: RecordedExchange): Judgement {
  const { method, url } = exchange;
  return {
    exchange,
    operation: describeUnknownOperation(exchange),
    faults: isLeftAlone(exchange) ? [] : [`${method} ${url}: the documents know no such operation`],
    allowances: [],
  };
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
