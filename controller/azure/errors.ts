import { withoutTokens } from "../without-tokens.ts";
import { isJsonObject } from "./json.ts";

/**
 * What to do about a failed call. This is the only place where failures are told apart.
 *
 * - `Wait`: the service says when, or is busy for a known while; look again then.
 * - `BackOff`: it may heal by itself; look again, ever later.
 * - `Permission`: a right is missing; somebody must grant it, so look again slowly.
 * - `Terminal`: it stays as it is until the spec or the resource changes.
 */
export type ErrorClass = "Wait" | "BackOff" | "Permission" | "Terminal";

/** The causes a call can fail for; each is also a condition reason. */
export type AzureErrorReason =
  | "AzureTimeout"
  | "AzureUnavailable"
  | "CredentialUnavailable"
  | "GatewayBusy"
  | "PermissionMissing"
  | "PolicyDenied"
  | "PolicyRejected"
  | "QuotaExceeded"
  | "RegistrationDeleted"
  | "RegistrationNotYetKnown"
  | "RequestRejected"
  | "ScopeLocked"
  | "StaleRead"
  | "TargetNotFound"
  | "Throttled";

interface AzureErrorDetails {
  readonly reason: AzureErrorReason;
  readonly errorClass: ErrorClass;
  readonly message: string;
  readonly status?: number | undefined;
  readonly retryAfterInMs?: number | undefined;
  readonly cause?: unknown;
}

/** A failed call to Azure, classified once: the message says what happened and what to do. */
export class AzureError extends Error {
  override readonly name = "AzureError";
  readonly reason: AzureErrorReason;
  readonly errorClass: ErrorClass;
  readonly status: number | undefined;
  readonly retryAfterInMs: number | undefined;

  constructor(details: AzureErrorDetails) {
    super(details.message, { cause: details.cause });
    this.reason = details.reason;
    this.errorClass = details.errorClass;
    this.status = details.status;
    this.retryAfterInMs = details.retryAfterInMs;
  }
}

/** A failed answer, reduced to what decides about it. */
export interface FailedAnswer {
  /** What was tried, for people: `GET /subscriptions/…`. No query, no body. */
  readonly request: string;
  readonly status: number;
  /** The parsed body; anything that is not one of Azure's error documents is ignored. */
  readonly body: unknown;
  /** The `Retry-After` header: seconds or an HTTP date. */
  readonly retryAfter?: string | undefined;
}

/**
 * Classifies an answer that is not a success. `now` is in milliseconds since the epoch and serves
 * to read a `Retry-After` that is a date.
 *
 * Codes and their meaning: Azure Resource Manager's common errors, and for API Management
 * Azure/apiops issues 141, 497 and 606 (`PessimisticConcurrencyConflict`, `ScopeLocked`).
 */
export function classifyAnswer(answer: FailedAnswer, now: number): AzureError {
  const { code, text } = errorDocument(answer.body);
  const said = [code, text].filter((part) => part !== undefined).join(": ");
  const happened = `${answer.request} answered ${answer.status}${said ? ` (${said})` : ""}.`;
  const verdict = judge(answer.status, code);
  return new AzureError({
    ...verdict,
    message: `${happened} ${verdict.remedy}`,
    status: answer.status,
    retryAfterInMs: retryAfterInMs(answer.retryAfter, now),
  });
}

interface Verdict {
  readonly reason: AzureErrorReason;
  readonly errorClass: ErrorClass;
  readonly remedy: string;
}

const BY_CODE: ReadonlyMap<string, Verdict> = new Map(
  Object.entries({
    ScopeLocked: {
      reason: "ScopeLocked",
      errorClass: "Terminal",
      remedy: "Remove the ARM lock on the resource or its group, or set mode: Observe.",
    },
    RequestDisallowedByPolicy: {
      reason: "PolicyDenied",
      errorClass: "Terminal",
      remedy: "Exempt the resource from the Azure Policy named here, or change the policy.",
    },
    PessimisticConcurrencyConflict: {
      reason: "GatewayBusy",
      errorClass: "Wait",
      remedy: "Another change to this API Management service is under way; it is tried again.",
    },
    ManagementApiRequestFailed: {
      reason: "GatewayBusy",
      errorClass: "Wait",
      remedy: "The API Management service is being updated; it is tried again.",
    },
    ServiceInTransition: {
      reason: "GatewayBusy",
      errorClass: "Wait",
      remedy: "The API Management service is being updated; it is tried again.",
    },
    Authorization_RequestDenied: {
      reason: "PermissionMissing",
      errorClass: "Permission",
      remedy:
        "Grant the operator's identity the application permission Application.ReadWrite.OwnedBy of Microsoft Graph, or name an existing registration in registration.clientId: that needs no right in Graph.",
    },
    Directory_QuotaExceeded: {
      reason: "QuotaExceeded",
      errorClass: "Terminal",
      remedy:
        "An identity without admin role owns 250 directory objects at most, two for each managed registration, and deleted ones count until they are purged. Purge deleted ones, give the operator a custom role with microsoft.directory/applications/create, or name an existing registration in registration.clientId.",
    },
    ValidationError: {
      reason: "PolicyRejected",
      errorClass: "Terminal",
      remedy: "Azure refuses the document; correct what it names.",
    },
  } satisfies Record<string, Verdict>),
);

function judge(status: number, code: string | undefined): Verdict {
  const known = code === undefined ? undefined : BY_CODE.get(code);
  if (known !== undefined) return known;
  switch (status) {
    case 401:
      return {
        reason: "CredentialUnavailable",
        errorClass: "BackOff",
        remedy: "Azure does not accept the operator's token; check its tenant and its identity.",
      };
    case 403:
      return {
        reason: "PermissionMissing",
        errorClass: "Permission",
        remedy: "Grant the operator's identity the action named here on this scope.",
      };
    case 404:
      return {
        reason: "TargetNotFound",
        errorClass: "Terminal",
        remedy: "Create the resource, or correct the name in the spec.",
      };
    case 408:
    case 504:
      return { reason: "AzureTimeout", errorClass: "BackOff", remedy: "It is tried again." };
    case 409:
    case 422:
    case 423:
      return { reason: "GatewayBusy", errorClass: "Wait", remedy: "It is tried again." };
    case 412:
      return {
        reason: "StaleRead",
        errorClass: "BackOff",
        remedy: "Somebody else changed the document meanwhile; it is read and merged again.",
      };
    case 429:
      return { reason: "Throttled", errorClass: "Wait", remedy: "It is tried again when allowed." };
    default:
      return status >= 500
        ? { reason: "AzureUnavailable", errorClass: "BackOff", remedy: "It is tried again." }
        : {
            reason: "RequestRejected",
            errorClass: "Terminal",
            remedy: "Azure refuses the request; see the message for what it wants.",
          };
  }
}

/** Classifies a call that got no answer: cut connections, time-outs, credentials that fail. */
export function classifyFailure(request: string, cause: unknown): AzureError {
  if (cause instanceof AzureError) return cause;
  const { name, code, message } = describeCause(cause);
  if (/Credential|Authentication/.test(name)) {
    return new AzureError({
      reason: "CredentialUnavailable",
      errorClass: "BackOff",
      message:
        `No token for ${request}: ${firstLine(entrasWords(message))} Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the ` +
        "federated credential of the operator's identity, or sign in with `az login`.",
      cause,
    });
  }
  if (name === "AbortError" || name === "TimeoutError") {
    return new AzureError({
      reason: "AzureTimeout",
      errorClass: "BackOff",
      message: `${request} got no answer in time. It is tried again; if this stays, check the network's way to Azure.`,
      cause,
    });
  }
  return new AzureError({
    reason: "AzureUnavailable",
    errorClass: "BackOff",
    message: `${request} failed (${code ?? name}: ${firstLine(message)}) It is tried again.`,
    cause,
  });
}

function describeCause(cause: unknown): { name: string; code?: string; message: string } {
  if (!(cause instanceof Error)) return { name: "Error", message: String(cause) };
  const code = "code" in cause && typeof cause.code === "string" ? { code: cause.code } : {};
  return { name: cause.name, message: cause.message, ...code };
}

/** The two forms of Azure's error documents: ARM's `{error:{…}}` and Microsoft.Web's `{Code, …}`. */
function errorDocument(body: unknown): { code?: string; text?: string } {
  if (!isJsonObject(body)) return {};
  const error = isJsonObject(body["error"]) ? body["error"] : body;
  const code = error["code"] ?? error["Code"];
  const message = error["message"] ?? error["Message"];
  const details = Array.isArray(error["details"]) ? error["details"] : [];
  const detailed = details
    .filter(isJsonObject)
    .map((detail) => detail["message"])
    .filter((text) => typeof text === "string");
  const text = [typeof message === "string" ? message : undefined, ...detailed]
    .filter((part) => part !== undefined)
    .join(" ")
    .trim();
  return {
    ...(typeof code === "string" && { code }),
    ...(text !== "" && { text: firstLine(text) }),
  };
}

/** Entra's own words, behind what each credential that was tried before had to say. */
function entrasWords(message: string): string {
  return message.slice(Math.max(0, message.search(/AADSTS\d/)));
}

/** Enough of a foreign message to act on, on one line, and no token that it may quote. */
function firstLine(message: string): string {
  const line = withoutTokens(message).replaceAll(/\s+/g, " ").trim().slice(0, 500);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/**
 * How long a `Retry-After` header asks to wait, in milliseconds; undefined where it says nothing
 * that can be read. `now` is in milliseconds since the epoch.
 */
export function retryAfterInMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
