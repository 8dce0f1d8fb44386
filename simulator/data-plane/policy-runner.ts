import { readPolicy, type PolicyElement } from "../policy/document.ts";
import type { Backend } from "./backend.ts";
import type { GatewayExchange } from "./exchange.ts";
import type { GatewayTokens } from "./gateway-tokens.ts";
import { STATEMENTS, type StatementTools } from "./statements.ts";

export type SectionName = "inbound" | "backend" | "outbound" | "on-error";

/** Runs the policies of all scopes as the gateway does: the narrowest decides where its parent runs. */
export class PolicyRunner {
  readonly #tools: StatementTools;

  constructor(tokens: GatewayTokens, backend: Backend) {
    this.#tools = {
      tokens,
      backend,
      run: (statements, exchange) => this.#runAll(statements, exchange, () => false),
    };
  }

  /**
   * Runs one section.
   *
   * @param documents policy texts from the narrowest scope to the widest.
   * @returns true when a statement ended the call with a response.
   * @throws GatewayError when a statement fails the call.
   */
  run(
    section: SectionName,
    documents: readonly string[],
    exchange: GatewayExchange,
  ): Promise<boolean> {
    return this.#runScope(section, documents, exchange);
  }

  async #runScope(
    section: SectionName,
    [document, ...parents]: readonly string[],
    exchange: GatewayExchange,
  ): Promise<boolean> {
    if (document === undefined) return false;
    const runParent = () => this.#runScope(section, parents, exchange);
    const found = readPolicy(document).children.find((child) => child.name === section);
    if (!found) return runParent();
    return this.#runAll(found.children, exchange, runParent);
  }

  async #runAll(
    statements: readonly PolicyElement[],
    exchange: GatewayExchange,
    runParent: () => boolean | Promise<boolean>,
  ): Promise<boolean> {
    for (const element of statements) {
      const hasEnded =
        element.name === "base" ? await runParent() : await this.#runOne(element, exchange);
      if (hasEnded) return true;
    }
    return false;
  }

  #runOne(element: PolicyElement, exchange: GatewayExchange): boolean | Promise<boolean> {
    const statement = STATEMENTS[element.name];
    if (statement) return statement(element, exchange, this.#tools);
    exchange.notes.push(`statement not simulated: ${element.name}`);
    return false;
  }
}
