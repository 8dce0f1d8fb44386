import { attributeValue } from "./element.ts";
import type { PolicyElement } from "./element.ts";
import { escapeAttribute } from "./entities.ts";

/** What this operator puts into an API's inbound section. */
export interface PolicyStatements {
  /** The audience: the client id, or identifier URI, of the function's app registration. */
  resource: string;
  /** The client id of a user-assigned identity; absent for the system-assigned one. */
  clientId?: string;
  /** Headers that must not reach the function, such as `Ocp-Apim-Subscription-Key`; empty when the key is kept. */
  removeHeaders: readonly string[];
  /** Query parameters that must not reach the function, such as `subscription-key`. */
  removeQueryParameters: readonly string[];
}

export const IDENTITY_ELEMENT = "authentication-managed-identity";

/** One statement as this operator writes it. */
export interface OwnedStatement {
  element: typeof IDENTITY_ELEMENT | "set-header" | "set-query-parameter";
  /** The header or query parameter that it deletes; absent for the identity. */
  key?: string;
  /** In the order in which they are written. */
  attributes: readonly (readonly [name: string, value: string])[];
}

/**
 * The statements in the order in which they are written: the identity, then the removals.
 * @throws RangeError when a value is empty, holds a control character, or would be read as an expression or named value.
 */
export function buildStatements(statements: PolicyStatements): OwnedStatement[] {
  const { resource, clientId, removeHeaders, removeQueryParameters } = statements;
  const attributes: [string, string][] = [["resource", literal("resource", resource)]];
  if (clientId !== undefined) {
    attributes.push(["client-id", literal("client id", clientId)]);
  }
  attributes.push(["ignore-error", "false"]);
  return [
    { element: IDENTITY_ELEMENT, attributes },
    ...removeHeaders.map((name) => removal("set-header", literal("header", name))),
    ...removeQueryParameters.map((name) =>
      removal("set-query-parameter", literal("query parameter", name)),
    ),
  ];
}

/** A statement's source text, the same and right in both of the service's formats. */
export function renderStatement({ element, attributes }: OwnedStatement): string {
  const written = attributes.map(([name, value]) => `${name}="${escapeAttribute(value)}"`);
  return `<${element} ${written.join(" ")} />`;
}

/**
 * A statement's place in the path grammar of drift reports: `inbound/<element>`, with the header or query parameter in
 * brackets where there may be several, then `@attribute` for one attribute or `#order` for its place among the others.
 */
export function statementPath({ element, key }: OwnedStatement): string {
  return key === undefined ? `inbound/${element}` : `inbound/${element}[${key}]`;
}

/** True when an element is what this operator writes for a statement, no more and no less, however it is formatted. */
export function isStatement(
  source: string,
  element: PolicyElement,
  statement: OwnedStatement,
): boolean {
  return (
    element.name === statement.element &&
    element.attributes.length === statement.attributes.length &&
    source.slice(element.openEnd, element.closeStart).trim() === "" &&
    statement.attributes.every(([name, wanted]) => {
      const value = attributeValue(source, element, name);
      return value !== undefined && !value.opaque && isSameValue(name, value.text, wanted);
    })
  );
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Compares attribute values: header and query parameter names, and GUIDs, regardless of case; all else exactly. */
export function isSameValue(attribute: string, one: string, other: string): boolean {
  return (
    one === other ||
    ((attribute === "name" || GUID.test(one)) && one.toLowerCase() === other.toLowerCase())
  );
}

function removal(element: "set-header" | "set-query-parameter", key: string): OwnedStatement {
  return {
    element,
    key,
    attributes: [
      ["name", key],
      ["exists-action", "delete"],
    ],
  };
}

function literal(what: string, value: string): string {
  if (value === "" || /\p{Cc}|\{\{|^\s*@[({]/u.test(value)) {
    throw new RangeError(
      `The ${what} ${JSON.stringify(value)} cannot be written into a policy: give a plain value, without '{{', '@(' or line breaks.`,
    );
  }
  return value;
}
