import { isObject, jsonAnswer, type Answer } from "../http/message.ts";
import type { Site } from "../world/site.ts";
import type { ArmCall } from "./call.ts";
import { findSite, SITE_TYPE } from "./sites.ts";

/** A way of publishing that takes a user name and a password. */
export type PublishingMethod = "ftp" | "scm";

/** GET `basicPublishingCredentialsPolicies`: both. */
export function listPublishingCredentials(call: ArmCall): Answer {
  const site = findSite(call);
  return jsonAnswer(200, {
    value: [policyDocument(site, "ftp"), policyDocument(site, "scm")],
    nextLink: null,
  });
}

/** GET `basicPublishingCredentialsPolicies/ftp` or `…/scm`. */
export function getPublishingCredentials(method: PublishingMethod): (call: ArmCall) => Answer {
  return (call) => jsonAnswer(200, policyDocument(findSite(call), method));
}

/** PUT `basicPublishingCredentialsPolicies/ftp` or `…/scm`. */
export function putPublishingCredentials(method: PublishingMethod): (call: ArmCall) => Answer {
  return (call) => {
    const site = findSite(call);
    const sent = isObject(call.body) ? call.body["properties"] : undefined;
    if (isObject(sent) && typeof sent["allow"] === "boolean") {
      site.basicPublishing[method] = sent["allow"];
    }
    return jsonAnswer(200, policyDocument(site, method));
  };
}

function policyDocument(site: Site, method: PublishingMethod): Record<string, unknown> {
  return {
    id: `${site.id}/basicPublishingCredentialsPolicies/${method}`,
    name: method,
    type: `${SITE_TYPE}/basicPublishingCredentialsPolicies`,
    location: site.location,
    properties: { allow: site.basicPublishing[method] },
  };
}
