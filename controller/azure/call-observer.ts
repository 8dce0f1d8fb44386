import type { CallKind } from "./limiter.ts";

/** What each service is asked with. */
export const METHODS_OF = {
  "api-management": ["GET", "PUT", "PATCH", "POST", "DELETE"],
  "app-service": ["GET", "PUT", "PATCH", "POST", "DELETE"],
  /** Whatever else Azure Resource Manager answers. */
  "resource-manager": ["GET", "POST"],
  graph: ["GET", "POST", "PATCH", "DELETE"],
  entra: ["GET", "POST"],
  /** Functions and gateways, called as their users call them. */
  "data-plane": ["GET"],
} as const satisfies Record<string, readonly string[]>;

export type AzureService = keyof typeof METHODS_OF;

export const AZURE_SERVICES = Object.keys(METHODS_OF) as readonly AzureService[];

export const AZURE_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** One request that was sent, with what may be told of it: no address, no header, no body. */
export interface AzureCall {
  readonly service: AzureService;
  readonly method: string;
  /** Absent: there was no answer. */
  readonly status: number | undefined;
  readonly durationInMs: number;
  /** The id by which Microsoft's support finds the request, where the answer gave one. */
  readonly correlationId: string | undefined;
}

/** Looks on while Azure is called. What it throws fails the call, so it had better not throw. */
export interface CallObserver {
  /** A request ended. */
  called(call: AzureCall): void;
  /** The operator's identity got no token. */
  credentialFailed(): void;
  /** Azure Resource Manager said how many requests of a kind it takes before it throttles. */
  remainingTold(subscription: string, kind: CallKind, calls: number): void;
}

/** Nobody looks on. */
export const UNOBSERVED: CallObserver = {
  called: () => undefined,
  credentialFailed: () => undefined,
  remainingTold: () => undefined,
};
