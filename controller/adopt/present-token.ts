import { findGatewayTokens, type GatewayToken } from "../policy/policy.ts";
import { AdoptionError } from "./adoption-error.ts";
import type { ObservedApi } from "./observe-pair.ts";

/** With which token the gateways call the function. */
export interface PresentToken {
  readonly audience: string;
  /** Absent for the services' own identities. */
  readonly clientId: string | undefined;
}

interface TokenOfApi extends PresentToken {
  readonly api: string;
}

/**
 * The token that the policies of all APIs send; undefined while none of them sends one.
 * @throws {AdoptionError} when policies cannot be read, or do not agree.
 */
export function presentToken(apis: readonly ObservedApi[]): PresentToken | undefined {
  const [first, ...others] = apis.flatMap(tokensOf);
  const other = others.find((each) => !isSame(first, each));
  if (first !== undefined && other !== undefined) {
    throw new AdoptionError(
      `The policies do not agree: API ${first.api} calls ${describe(first)}, and API ${other.api} calls ${describe(other)}. One manifest has one registration and one identity: adopt them apart, or make them the same.`,
    );
  }
  return first;
}

/** Whether the policy of this API sends any token to its backend. */
export function sendsToken(api: ObservedApi): boolean {
  return tokensOf(api).length > 0;
}

function tokensOf({ reference, policy }: ObservedApi): readonly TokenOfApi[] {
  if (policy === undefined) return [];
  const found = findGatewayTokens(policy);
  if (!found.readable) {
    throw new AdoptionError(
      `The policy of API ${reference.name} cannot be read: ${found.finding.message}`,
    );
  }
  return found.tokens.map((token) => literalToken(reference.name, token));
}

function literalToken(api: string, { resource, clientId }: GatewayToken): TokenOfApi {
  if (resource === undefined || resource.opaque || clientId?.opaque === true) {
    throw new AdoptionError(
      `The policy of API ${api} leaves resource or client-id of authentication-managed-identity to an expression or a named value. Write the ids out to have it adopted.`,
    );
  }
  return { api, audience: resource.text, clientId: clientId?.text };
}

function isSame(one: PresentToken | undefined, other: PresentToken): boolean {
  return (
    one?.audience.toLowerCase() === other.audience.toLowerCase() &&
    one.clientId?.toLowerCase() === other.clientId?.toLowerCase()
  );
}

function describe({ audience, clientId }: PresentToken): string {
  const identity = clientId === undefined ? "the service's own identity" : `identity ${clientId}`;
  return `with tokens for ${audience} of ${identity}`;
}
