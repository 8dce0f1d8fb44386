import { jsonAnswer, type Answer } from "../http/message.ts";

export interface ErrorDetail {
  readonly code: string;
  readonly target?: string;
  readonly message: string;
}

/** A refusal, in the form of whoever refuses: ARM in front, or the resource provider. */
export class ArmError extends Error {
  override readonly name = "ArmError";
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[] | null | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    further: {
      /** `null` is shown as such, as API Management does; absent is left out. */
      readonly details?: readonly ErrorDetail[] | null;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = further.details;
    this.headers = further.headers ?? {};
  }

  toAnswer(): Answer {
    const { code, message, details } = this;
    return jsonAnswer(
      this.status,
      { error: { code, message, ...(details !== undefined && { details }) } },
      this.headers,
    );
  }
}

/** A refusal in Microsoft.Web's own form, with capitals. */
export class WebError extends ArmError {
  override toAnswer(): Answer {
    const { code, message } = this;
    return jsonAnswer(
      this.status,
      {
        Code: code,
        Message: message,
        Target: null,
        Details: [
          { Message: message },
          { Code: code },
          { ErrorEntity: { Code: code, Message: message } },
        ],
        Innererror: null,
      },
      this.headers,
    );
  }
}

const FROM_GATEWAY = { "x-ms-failure-cause": "gateway" };

/** ARM's answer when a resource is missing. */
export function resourceNotFound(type: string, name: string, resourceGroup: string): ArmError {
  return new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${type}/${name}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    { headers: FROM_GATEWAY },
  );
}

export function resourceGroupNotFound(name: string): ArmError {
  return new ArmError(
    404,
    "ResourceGroupNotFound",
    `Resource group '${name}' could not be found.`,
    {
      headers: FROM_GATEWAY,
    },
  );
}

/** API Management's answer when something inside a service is missing. */
export function entityNotFound(what: string): ArmError {
  return new ArmError(404, "ResourceNotFound", `${what} not found.`, { details: null });
}

export function pessimisticConcurrencyConflict(what: string): ArmError {
  return new ArmError(
    409,
    "PessimisticConcurrencyConflict",
    `Operation on the ${what} is in progress`,
    {
      details: null,
    },
  );
}

export function preconditionFailed(): ArmError {
  return new ArmError(
    412,
    "PreconditionFailed",
    "The condition specified using HTTP conditional header(s) is not met.",
    { details: null },
  );
}

/** API Management's refusal of a body. */
export function validationError(details: readonly ErrorDetail[]): ArmError {
  return new ArmError(400, "ValidationError", "One or more fields contain incorrect values:", {
    details,
  });
}
