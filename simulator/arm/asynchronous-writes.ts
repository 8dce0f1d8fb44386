import { isObject, textOf, type Answer } from "../http/message.ts";
import { formatPolicy } from "../policy/format.ts";
import { PolicySlot } from "../world/policy-slot.ts";
import { parameter, type ArmCall, type ArmHandler } from "./call.ts";
import { crlfJsonAnswer } from "./crlf-json.ts";
import { validationError } from "./errors.ts";
import { findNamedValue, namedValueDocument } from "./named-values.ts";
import { getPolicy, readPolicySent } from "./policies.ts";
import { checkServiceIsIdle, findService } from "./service.ts";

/** A GET that looks at a write instead, when it carries the `asyncId` of one. */
export function orPendingWrite(get: ArmHandler): ArmHandler {
  return (call) => {
    const id = call.http.url.searchParams.get("asyncId");
    return id === null ? get(call) : call.operations.result(id, call.http.url.href);
  };
}

/** PUT of a policy fragment: accepted with a 202, in force when its polling has ended. */
export function putFragment(call: ArmCall): Answer {
  const service = findService(call);
  checkServiceIsIdle(service);
  const { value, format } = readPolicySent(call, "fragment");
  const name = parameter(call, "fragment").toLowerCase();
  const slot = service.fragments.get(name) ?? new PolicySlot(call.clock);
  return accepted(call, slot.stored !== undefined, {
    write: () => {
      const stored = { text: formatPolicy(value, format), etag: call.world.nextEtag() };
      slot.write(stored, call.settings);
      service.fragments.set(name, slot);
    },
    show: () => getPolicy("fragment")(call),
  });
}

/** PUT of a named value, in the same way. */
export function putNamedValue(call: ArmCall): Answer {
  const service = findService(call);
  checkServiceIsIdle(service);
  const properties = isObject(call.body) ? call.body["properties"] : undefined;
  const { displayName, value, secret, tags } = isObject(properties) ? properties : {};
  if (textOf(displayName) === "" || textOf(value) === "") {
    const message = "A display name and a value must be specified.";
    throw validationError([{ code: "ValidationError", target: "value", message }]);
  }
  const name = parameter(call, "namedValue");
  const before = findNamedValue(service, name);
  const after = {
    name,
    value: textOf(value),
    secret: secret === true,
    tags: Array.isArray(tags) ? tags.map(textOf) : [],
  };
  return accepted(call, before !== undefined, {
    write: () => {
      const others = service.namedValues.filter((one) => one !== findNamedValue(service, name));
      service.namedValues = [...others, after];
    },
    show: () => crlfJsonAnswer(200, namedValueDocument(service, after)),
  });
}

function accepted(
  call: ArmCall,
  exists: boolean,
  effects: { readonly write: () => void; readonly show: () => Answer },
): Answer {
  const status = exists ? 200 : 201;
  const id = call.operations.begin(
    {
      succeed: effects.write,
      fail: () => undefined,
      result: () => ({ ...effects.show(), status }),
    },
    call.trace.operationFault,
  );
  const query = `api-version=${call.apiVersion}&asyncId=${id}&asyncCode=${status}`;
  const location = `${call.address()}${call.http.url.pathname}?${query}`;
  return { status: 202, headers: { location, ...call.operations.retryAfter() } };
}
