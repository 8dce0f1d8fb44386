import { readPolicyDocument } from "./document.ts";
import { attributeValue, elementsWithin } from "./element.ts";
import type { PolicyElement } from "./element.ts";
import { decodeReferences } from "./entities.ts";
import { IDENTITY_ELEMENT } from "./statements.ts";

/** What a policy document names besides itself, as far as it is written out and not computed by the gateway. */
export interface PolicyReferences {
  /** False for a document that could not be read: nothing is known of it. */
  readable: boolean;
  /** Whether it chooses a backend of its own, also one that is computed. */
  choosesBackend: boolean;
  /** Where it sends the caller's request instead of the API's own backend. */
  backendUrls: readonly string[];
  /** Where it sends requests of its own. */
  requestUrls: readonly string[];
  /** Ids of backend entities to which it sends the caller's request. */
  backendIds: readonly string[];
  /** What it gets tokens for. */
  tokens: readonly TokenReference[];
  /** Names of headers that it sets, in lower case. */
  headers: readonly string[];
}

/** An `authentication-managed-identity`, wherever it stands. */
export interface TokenReference {
  resource: string;
  /** Absent for the service's own identity. */
  clientId: string | undefined;
}

/** What a policy document names, at any depth: also within `choose` and `send-request`. */
export function findReferences(text: string): PolicyReferences {
  const reading = readPolicyDocument(text);
  if (!reading.readable) {
    return { readable: false, choosesBackend: false, ...NOTHING };
  }
  const elements = [...elementsWithin(reading.document.root)];
  const named = (name: string): PolicyElement[] => elements.filter((one) => one.name === name);
  const backends = named("set-backend-service");
  const valuesOf = (of: readonly PolicyElement[], attribute: string): string[] =>
    of.flatMap((one) => literalAttribute(text, one, attribute) ?? []);
  return {
    readable: true,
    choosesBackend: backends.length > 0,
    backendUrls: valuesOf(backends, "base-url"),
    requestUrls: named("set-url").map((one) => textOf(text, one)),
    backendIds: valuesOf(backends, "backend-id"),
    tokens: named(IDENTITY_ELEMENT).flatMap((one) => {
      const resource = literalAttribute(text, one, "resource");
      return resource === undefined
        ? []
        : [{ resource, clientId: attributeValue(text, one, "client-id")?.text }];
    }),
    headers: valuesOf(named("set-header"), "name").map((name) => name.trim().toLowerCase()),
  };
}

const NOTHING = {
  backendUrls: [],
  requestUrls: [],
  backendIds: [],
  tokens: [],
  headers: [],
} as const;

function literalAttribute(text: string, element: PolicyElement, name: string): string | undefined {
  const value = attributeValue(text, element, name);
  return value === undefined || value.opaque ? undefined : value.text;
}

function textOf(text: string, element: PolicyElement): string {
  return decodeReferences(text.slice(element.openEnd, element.closeStart)).trim();
}
