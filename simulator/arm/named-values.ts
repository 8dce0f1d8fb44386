import type { Answer } from "../http/message.ts";
import type { ApiManagementService, NamedValue } from "../world/service.ts";
import { parameter, type ArmCall } from "./call.ts";
import { crlfJsonAnswer } from "./crlf-json.ts";
import { entityNotFound } from "./errors.ts";
import { pageAnswer } from "./paging.ts";
import { findService } from "./service.ts";

/** GET `…/namedValues`: secrets without their values. */
export function listNamedValues(call: ArmCall): Answer {
  const service = findService(call);
  return pageAnswer(
    call,
    service.namedValues.map((one) => namedValueDocument(service, one)),
  );
}

/** GET of one. @throws ArmError 404. */
export function getNamedValue(call: ArmCall): Answer {
  const service = findService(call);
  const found = findNamedValue(service, parameter(call, "namedValue"));
  if (found === undefined) throw entityNotFound("Property");
  return crlfJsonAnswer(200, namedValueDocument(service, found));
}

export function findNamedValue(
  { namedValues }: ApiManagementService,
  name: string,
): NamedValue | undefined {
  return namedValues.find((one) => one.name.toLowerCase() === name.toLowerCase());
}

export function namedValueDocument(
  service: ApiManagementService,
  { name, value, secret, tags }: NamedValue,
): Record<string, unknown> {
  return {
    id: `${service.id}/namedValues/${name}`,
    type: "Microsoft.ApiManagement/service/namedValues",
    name,
    properties: { displayName: name, ...(!secret && { value }), secret, tags },
  };
}
