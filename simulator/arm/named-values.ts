import type { Answer } from "../http/message.ts";
import type { ArmCall } from "./call.ts";
import { pageAnswer } from "./paging.ts";
import { findService } from "./service.ts";

/** GET `…/namedValues`: secrets without their values. */
export function listNamedValues(call: ArmCall): Answer {
  const service = findService(call);
  return pageAnswer(
    call,
    service.namedValues.map(({ name, value, secret, tags }) => ({
      id: `${service.id}/namedValues/${name}`,
      type: "Microsoft.ApiManagement/service/namedValues",
      name,
      properties: { displayName: name, ...(!secret && { value }), secret, tags },
    })),
  );
}
