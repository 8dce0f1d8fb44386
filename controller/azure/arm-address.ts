import { AzureError } from "./errors.ts";
import { subscriptionOf } from "./resource-ids.ts";

/** Segments that a URL resolves instead of keeping, also when they are percent-encoded. */
const STEP = /^(?:\.|%2e){1,2}$/i;

/**
 * The address of a resource.
 * @throws {AzureError} when the id would lead to another resource than it reads.
 */
export function addressOf(endpoint: string, resourceId: string): URL {
  if (resourceId.split("/").some((segment) => STEP.test(segment))) {
    throw notSent(`The id ${resourceId} holds . or .. as a name`);
  }
  return new URL(endpoint.replace(/\/$/, "") + resourceId);
}

/**
 * An address that Azure handed out for a resource: of a running operation, or of a list's next page.
 * It may have been kept in a status since, so it is believed as far as it stays with Azure Resource
 * Manager, whose token goes with it, and in the subscription of its resource.
 * @throws {AzureError} otherwise.
 */
export function addressHandedOut(endpoint: string, address: string, resourceId: string): URL {
  const url = new URL(address, endpoint);
  const { origin } = new URL(endpoint);
  if (url.origin !== origin) {
    throw notSent(`The address that Azure handed out is on ${url.origin}, not on ${origin}`);
  }
  const own = `/subscriptions/${subscriptionOf(resourceId)}/`.toLowerCase();
  if (!url.pathname.toLowerCase().startsWith(own)) {
    throw notSent(
      `The address that Azure handed out, ${url.pathname}, is not in the subscription of ${resourceId}`,
    );
  }
  return url;
}

function notSent(why: string): AzureError {
  const message = `${why}: not followed.`;
  return new AzureError({ reason: "RequestRejected", errorClass: "BackOff", message });
}
