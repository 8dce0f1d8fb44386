import { readPolicyDocument } from "./document.ts";
import { attributeValue, elementsWithin } from "./element.ts";
import type { PolicyElement } from "./element.ts";
import { IDENTITY_ELEMENT } from "./statements.ts";

/** A statement that makes something of the Authorization that callers send, or replaces it. */
export interface AuthorizationUse {
  element: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
}

/** What an inbound section has to do with the Authorization that callers send. */
export interface AuthorizationUses {
  /** False for a document that could not be read: nothing is known of it. */
  readable: boolean;
  uses: readonly AuthorizationUse[];
}

/** Statements that always look at a token, or set one. */
const ALWAYS: ReadonlySet<string> = new Set(["validate-azure-ad-token", "authentication-basic"]);

/** Statements that work on the header that they name. */
const ON_HEADER: Readonly<Record<string, string>> = {
  "validate-jwt": "header-name",
  "check-header": "name",
  "set-header": "name",
};

/** An expression that reads the header: `context.Request.Headers["Authorization"]` and its kin. */
const READS_HEADER = /\bHeaders\b[^;\n]{0,40}"Authorization"/i;

/**
 * Where an inbound section reads, checks or sets the Authorization header, at any depth; our own
 * statement aside. What a fragment or an expression does otherwise is not seen.
 */
export function findAuthorizationUses(text: string): AuthorizationUses {
  const reading = readPolicyDocument(text);
  if (!reading.readable) return { readable: false, uses: [] };
  const { inbound, lines } = reading.document;
  if (inbound === undefined) return { readable: true, uses: [] };
  const using = [...elementsWithin(inbound)]
    .filter((element) => element !== inbound && usesAuthorization(text, element))
    .map(statementOf);
  return {
    readable: true,
    uses: [...new Set(using)].map((element) => ({
      element: element.name,
      ...lines.locate(element.start),
    })),
  };
}

/** A `<value>` belongs to the statement around it. */
function statementOf(element: PolicyElement): PolicyElement {
  return element.name === "value" ? (element.parent ?? element) : element;
}

function usesAuthorization(text: string, element: PolicyElement): boolean {
  if (element.name === IDENTITY_ELEMENT) return false;
  if (ALWAYS.has(element.name)) return true;
  const named = ON_HEADER[element.name];
  const header = named === undefined ? undefined : attributeValue(text, element, named)?.text;
  if (header?.trim().toLowerCase() === "authorization") return true;
  const end = element.children.length === 0 ? element.end : element.openEnd;
  return READS_HEADER.test(text.slice(element.start, end));
}
