import { readPolicyDocument } from "./document.ts";
import { attributeValue } from "./element.ts";
import type { AttributeValue } from "./element.ts";
import type { Finding } from "./finding.ts";
import { IDENTITY_ELEMENT } from "./statements.ts";

/** What a policy puts into the `Authorization` of the calls to its backend. */
export interface GatewayToken {
  resource: AttributeValue | undefined;
  /** Absent for the service's own identity. */
  clientId: AttributeValue | undefined;
}

/** The tokens that a policy sends to its backend, or why it could not be read. */
export type GatewayTokens =
  | { readable: true; tokens: readonly GatewayToken[] }
  | { readable: false; finding: Finding };

/**
 * The identity statements that reach the backend whatever the call: direct children of `<inbound>` that do not keep
 * their token in a variable. The last one counts.
 */
export function findGatewayTokens(text: string): GatewayTokens {
  const reading = readPolicyDocument(text);
  if (!reading.readable) return reading;
  const statements = (reading.document.inbound?.children ?? []).filter(
    (child) =>
      child.name === IDENTITY_ELEMENT &&
      attributeValue(text, child, "output-token-variable-name") === undefined,
  );
  return {
    readable: true,
    tokens: statements.map((statement) => ({
      resource: attributeValue(text, statement, "resource"),
      clientId: attributeValue(text, statement, "client-id"),
    })),
  };
}
