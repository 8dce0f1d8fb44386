import { isObject, type Answer } from "../http/message.ts";
import { formatPolicy, renderPolicy, type PolicyFormat } from "../policy/format.ts";
import { validatePolicy, type PolicyScope } from "../policy/validate.ts";
import type { PolicySlot, StoredPolicy } from "../world/policy-slot.ts";
import type { Api } from "../world/service.ts";
import { writeUnderLock } from "./api-lock.ts";
import { findApi, findApiRevision, findOperation, findProduct } from "./apis.ts";
import { parameter, type ArmCall } from "./call.ts";
import { crlfJsonAnswer, etagHeader } from "./crlf-json.ts";
import { entityNotFound, preconditionFailed, validationError } from "./errors.ts";
import { findService } from "./service.ts";

/** Where the path of a policy points. */
interface PolicyPlace {
  readonly scope: PolicyScope;
  readonly slot: PolicySlot;
  /** The id of what the policy belongs to. */
  readonly owner: string;
  readonly type: string;
}

/** The kind of policy a route is for, by the names in its path. */
export type PolicyKind = "global" | "product" | "api" | "operation" | "fragment";

const XML_TYPE = "application/vnd.ms-azure-apim.policy+xml";
const RAW_XML_TYPE = "application/vnd.ms-azure-apim.policy.raw+xml";

export function getPolicy(kind: PolicyKind): (call: ArmCall) => Answer {
  return (call) => {
    const place = findPlace(call, kind);
    const stored = place.slot.read();
    if (!stored) throw entityNotFound("PoliciesConfiguration");
    const accept = call.http.headers["accept"] ?? "*/*";
    const isXmlWanted = !/json|\*\/\*/iu.test(accept) && /policy(\.raw)?\+xml/iu.test(accept);
    if (isXmlWanted) return asXml(stored, accept.includes(RAW_XML_TYPE));
    return crlfJsonAnswer(
      200,
      policyDocument(place, stored, requestedFormat(call)),
      etagHeader(stored.etag),
    );
  };
}

export function headPolicy(kind: PolicyKind): (call: ArmCall) => Answer {
  return (call) => {
    const stored = findPlace(call, kind).slot.read();
    if (!stored) throw entityNotFound("PoliciesConfiguration");
    return { status: 200, headers: etagHeader(stored.etag) };
  };
}

export function listPolicies(kind: PolicyKind): (call: ArmCall) => Answer {
  return (call) => {
    const place = findPlace(call, kind);
    const stored = place.slot.read();
    const value = stored ? [policyDocument(place, stored, "xml")] : [];
    return crlfJsonAnswer(200, { value, count: value.length });
  };
}

/** PUT: 201 when there was none, 200 otherwise; equal content keeps its ETag. */
export function putPolicy(kind: PolicyKind): (call: ArmCall) => Promise<Answer> {
  return async (call) => {
    const place = findPlace(call, kind);
    const sent = readPolicySent(call, place.scope);
    return writeUnderLock(call, lockedApi(call, kind), () => {
      const before = place.slot.stored;
      checkIfMatch(call, before);
      const text = formatPolicy(sent.value, sent.format);
      const isEqual = before?.text === text;
      const stored = isEqual ? before : { text, etag: call.world.nextEtag() };
      if (!isEqual) place.slot.write(stored, call.settings);
      return crlfJsonAnswer(
        before ? 200 : 201,
        policyDocument(place, stored, sent.format),
        etagHeader(stored.etag),
      );
    });
  };
}

/** DELETE: 200 without a body; 204 when there was nothing. */
export function deletePolicy(kind: PolicyKind): (call: ArmCall) => Promise<Answer> {
  return async (call) => {
    const place = findPlace(call, kind);
    return writeUnderLock(call, lockedApi(call, kind), () => {
      if (!place.slot.stored) return { status: 204 };
      checkIfMatch(call, place.slot.stored);
      place.slot.write(undefined, call.settings);
      return { status: 200 };
    });
  };
}

/** Every policy of a service, by id. */
export function listAllPolicies(call: ArmCall): Answer {
  const service = findService(call);
  const holders: [string, PolicySlot][] = [[service.id, service.policy]];
  for (const product of service.products.values()) {
    holders.push([`${service.id}/products/${product.name}`, product.policy]);
  }
  for (const api of service.apis.values()) {
    for (const revision of api.revisions.values()) {
      const suffix = revision.revision === api.currentRevision ? "" : `;rev=${revision.revision}`;
      const id = `${service.id}/apis/${api.name}${suffix}`;
      holders.push([id, revision.policy]);
      for (const operation of revision.operations.values()) {
        holders.push([`${id}/operations/${operation.name}`, operation.policy]);
      }
    }
  }
  const value = holders
    .filter(([, slot]) => slot.read() !== undefined)
    .map(([owner], index) => ({
      id: `${service.id}/allPolicies/${index + 1}`,
      type: "Microsoft.ApiManagement/service/allPolicies",
      name: String(index + 1),
      properties: { referencePolicyId: `${owner}/policies/policy`, complianceState: "Compliant" },
    }));
  return crlfJsonAnswer(200, { value });
}

function findPlace(call: ArmCall, kind: PolicyKind): PolicyPlace {
  const service = findService(call);
  const type = "Microsoft.ApiManagement/service";
  const policyId = call.parameters["policy"];
  if (policyId !== undefined && policyId.toLowerCase() !== "policy") {
    throw validationError([
      {
        code: "ValidationError",
        target: "policyId",
        message: "The only allowed value is 'policy'.",
      },
    ]);
  }
  switch (kind) {
    case "global":
      return { scope: "global", slot: service.policy, owner: service.id, type: `${type}/policies` };
    case "product": {
      const product = findProduct(call);
      const owner = `${service.id}/products/${product.name}`;
      return { scope: "product", slot: product.policy, owner, type: `${type}/products/policies` };
    }
    case "api": {
      const owner = `${service.id}/apis/${parameter(call, "api")}`;
      const slot = findApiRevision(call).policy;
      return { scope: "api", slot, owner, type: `${type}/apis/policies` };
    }
    case "operation": {
      const operation = findOperation(call);
      const owner = `${service.id}/apis/${parameter(call, "api")}/operations/${operation.name}`;
      return {
        scope: "operation",
        slot: operation.policy,
        owner,
        type: `${type}/apis/operations/policies`,
      };
    }
    case "fragment": {
      const name = parameter(call, "fragment");
      const slot = service.fragments.get(name.toLowerCase());
      if (!slot) throw entityNotFound("PolicyFragment");
      const owner = `${service.id}/policyFragments/${name}`;
      return { scope: "fragment", slot, owner, type: `${type}/policyFragments` };
    }
  }
}

function lockedApi(call: ArmCall, kind: PolicyKind): Api | undefined {
  return kind === "api" || kind === "operation" ? findApi(call) : undefined;
}

function policyDocument(
  place: PolicyPlace,
  stored: StoredPolicy,
  format: PolicyFormat,
): Record<string, unknown> {
  const id = place.scope === "fragment" ? place.owner : `${place.owner}/policies/policy`;
  return {
    id,
    type: place.type,
    name: id.slice(id.lastIndexOf("/") + 1),
    properties: { format, value: renderPolicy(stored.text, format) },
  };
}

function asXml(stored: StoredPolicy, isRaw: boolean): Answer {
  return {
    status: 200,
    headers: { "content-type": isRaw ? RAW_XML_TYPE : XML_TYPE, ...etagHeader(stored.etag) },
    body: renderPolicy(stored.text, isRaw ? "rawxml" : "xml"),
  };
}

function requestedFormat(call: ArmCall): PolicyFormat {
  const format = call.http.url.searchParams.get("format") ?? "xml";
  if (format === "xml" || format === "rawxml") return format;
  throw validationError([
    {
      code: "ValidationError",
      target: "format",
      message: `The format '${format}' is not supported.`,
    },
  ]);
}

/**
 * The policy document in a body.
 *
 * @throws ArmError 400 when there is none, or a bad one.
 */
export function readPolicySent(
  call: ArmCall,
  scope: PolicyScope,
): { value: string; format: PolicyFormat } {
  const properties = isObject(call.body) ? call.body["properties"] : undefined;
  const { value, format = "xml" } = isObject(properties) ? properties : {};
  if (typeof value !== "string") {
    throw validationError([
      { code: "ValidationError", target: "value", message: "Policy content must be specified." },
    ]);
  }
  if (format !== "xml" && format !== "rawxml") {
    throw validationError([
      {
        code: "ValidationError",
        target: "format",
        message: `The format '${String(format)}' is not supported here.`,
      },
    ]);
  }
  validatePolicySent(value, format, scope);
  return { value, format };
}

function validatePolicySent(value: string, format: PolicyFormat, scope: PolicyScope): void {
  const complaints = validatePolicy(value, format, scope);
  if (complaints.length === 0) return;
  throw validationError(
    complaints.map(({ element, message }) => ({
      code: "ValidationError",
      target: element,
      message,
    })),
  );
}

function checkIfMatch(call: ArmCall, stored: StoredPolicy | undefined): void {
  const condition = call.http.headers["if-match"];
  if (condition === undefined || condition.trim() === "*") return;
  const wanted = condition.split(",").map((one) => one.trim().replace(/^(?:W\/)?"(.*)"$/u, "$1"));
  if (!stored || !wanted.includes(stored.etag)) throw preconditionFailed();
}
