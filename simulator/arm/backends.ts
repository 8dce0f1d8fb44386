import type { Answer } from "../http/message.ts";
import { findService } from "./service.ts";
import type { ArmCall } from "./call.ts";
import { pageAnswer } from "./paging.ts";

/** GET `…/backends`: their credentials are shown as they are stored. */
export function listBackends(call: ArmCall): Answer {
  const service = findService(call);
  return pageAnswer(
    call,
    [...service.backends.values()].map(({ name, url, header, query }) => ({
      id: `${service.id}/backends/${name}`,
      type: "Microsoft.ApiManagement/service/backends",
      name,
      properties: { url, protocol: "http", credentials: { header, query } },
    })),
  );
}
