import type { GatewayExchange } from "./exchange.ts";

/**
 * Policy expressions, as far as the simulator evaluates them:
 * - strings, numbers, `true`, `false`, `null`; `+ == != && || ! ( )` and `? :`
 * - `context.Request.Method`, `.Url.Path`, `.IpAddress`, `.Headers.GetValueOrDefault("n", "d")`,
 *   `.Headers.ContainsKey("n")`, `.Url.Query.GetValueOrDefault("n", "d")`
 * - `context.Variables["n"]`, `context.Variables.GetValueOrDefault<T>("n", d)`, casts `(string)`
 * - `context.Api.Name`, `.Operation.Name`, `.Subscription.Name`, `.Response.StatusCode`
 *
 * Anything else is unknown: the caller takes the text of the expression as its value.
 */
export type Evaluated =
  | { readonly known: true; readonly value: unknown }
  | { readonly known: false };

/** Evaluates `@(…)`; a text without expression is itself. */
export function evaluate(source: string, exchange: GatewayExchange): Evaluated {
  if (!source.startsWith("@(")) return { known: !source.startsWith("@{"), value: source };
  try {
    return { known: true, value: new Evaluator(source.slice(2, -1), exchange).evaluate() };
  } catch (error) {
    if (error instanceof UnknownExpression) return { known: false };
    throw error;
  }
}

/** The text of an attribute or element; an unknown expression stands for itself, with a note. */
export function evaluateText(source: string, exchange: GatewayExchange): string {
  const result = evaluate(source, exchange);
  if (result.known) return toText(result.value);
  exchange.notes.push(`expression taken as text: ${source.slice(0, 120)}`);
  return source;
}

/** The truth of a condition; unknown counts as false, with a note. */
export function evaluateCondition(source: string, exchange: GatewayExchange): boolean {
  const result = evaluate(source, exchange);
  if (result.known) return result.value === true || result.value === "true";
  exchange.notes.push(`condition taken as false: ${source.slice(0, 120)}`);
  return false;
}

class UnknownExpression extends Error {}

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|!=|&&|\|\||[!()[\].,?:+<>]))/uy;

class Evaluator {
  readonly #tokens: readonly string[];
  readonly #exchange: GatewayExchange;
  #at = 0;

  constructor(source: string, exchange: GatewayExchange) {
    this.#tokens = tokenize(source);
    this.#exchange = exchange;
  }

  evaluate(): unknown {
    const value = this.#ternary();
    if (this.#at < this.#tokens.length) throw new UnknownExpression();
    return value;
  }

  #ternary(): unknown {
    const condition = this.#or();
    if (!this.#accept("?")) return condition;
    const whenTrue = this.#ternary();
    this.#expect(":");
    const whenFalse = this.#ternary();
    return condition === true ? whenTrue : whenFalse;
  }

  #or(): unknown {
    let value = this.#and();
    while (this.#accept("||")) {
      const right = this.#and();
      value = value === true || right === true;
    }
    return value;
  }

  #and(): unknown {
    let value = this.#equality();
    while (this.#accept("&&")) {
      const right = this.#equality();
      value = value === true && right === true;
    }
    return value;
  }

  #equality(): unknown {
    const left = this.#sum();
    if (this.#accept("==")) return left === this.#sum();
    if (this.#accept("!=")) return left !== this.#sum();
    return left;
  }

  #sum(): unknown {
    let value = this.#unary();
    while (this.#accept("+")) {
      const right = this.#unary();
      value =
        typeof value === "number" && typeof right === "number"
          ? value + right
          : toText(value) + toText(right);
    }
    return value;
  }

  #unary(): unknown {
    if (this.#accept("!")) return this.#unary() !== true;
    if (!this.#accept("(")) return this.#primary();
    if (this.#tokens[this.#at] === "string" && this.#tokens[this.#at + 1] === ")") {
      this.#at += 2;
      return this.#unary();
    }
    const value = this.#ternary();
    this.#expect(")");
    return value;
  }

  #primary(): unknown {
    const token = this.#next();
    if (token.startsWith('"')) return JSON.parse(token);
    if (/^\d/u.test(token)) return Number(token);
    if (token === "true" || token === "false") return token === "true";
    if (token === "null") return null;
    if (token !== "context") throw new UnknownExpression();
    return this.#context();
  }

  #context(): unknown {
    const path: string[] = [];
    while (this.#accept(".")) path.push(this.#next());
    const isIndexed = this.#accept("[");
    const name = path.join(".");
    if (isIndexed) {
      const key = toText(this.#ternary());
      this.#expect("]");
      if (name !== "Variables") throw new UnknownExpression();
      return this.#exchange.variables.get(key) ?? null;
    }
    if (this.#accept("<")) {
      this.#next();
      this.#expect(">");
    }
    if (this.#accept("(")) return this.#call(name, this.#arguments());
    return this.#property(name);
  }

  #arguments(): unknown[] {
    const values: unknown[] = [];
    if (this.#accept(")")) return values;
    do values.push(this.#ternary());
    while (this.#accept(","));
    this.#expect(")");
    return values;
  }

  #call(name: string, [key, fallback = null]: unknown[]): unknown {
    const { request, variables } = this.#exchange;
    switch (name) {
      case "Request.Headers.GetValueOrDefault":
        return request.headers.get(toText(key)) ?? fallback ?? "";
      case "Request.Headers.ContainsKey":
        return request.headers.has(toText(key));
      case "Request.Url.Query.GetValueOrDefault":
        return request.query.get(toText(key)) ?? fallback ?? "";
      case "Request.Url.Query.ContainsKey":
        return request.query.has(toText(key));
      case "Variables.GetValueOrDefault":
        return variables.get(toText(key)) ?? fallback;
      case "Variables.ContainsKey":
        return variables.has(toText(key));
      default:
        throw new UnknownExpression();
    }
  }

  #property(name: string): unknown {
    const { request, api, operation, subscription, response } = this.#exchange;
    switch (name) {
      case "Request.Method":
        return request.method;
      case "Request.Url.Path":
        return request.url.pathname;
      case "Request.IpAddress":
        return request.remoteAddress;
      case "Api.Name":
      case "Api.Id":
        return api.name;
      case "Operation.Name":
      case "Operation.Id":
        return operation.name;
      case "Subscription.Name":
      case "Subscription.Id":
        return subscription?.name ?? null;
      case "Subscription":
        return subscription ?? null;
      case "Response.StatusCode":
        return response?.status ?? null;
      default:
        throw new UnknownExpression();
    }
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new UnknownExpression();
    this.#at += 1;
    return token;
  }

  #accept(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#accept(token)) throw new UnknownExpression();
  }
}

function tokenize(source: string): readonly string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  const text = source.trim();
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) throw new UnknownExpression();
    tokens.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? "");
  }
  return tokens;
}

function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
