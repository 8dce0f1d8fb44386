import type { ApiReference, FunctionAppReference } from "../api/v1alpha1/types.generated.ts";

/**
 * An ARM id in segments, with ASCII letters in lower case: `/subscriptions/1/resourceGroups/Shop` is
 * `subscriptions, 1, resourcegroups, shop`.
 *
 * Azure compares ids without regard to case and does not say how it does so beyond ASCII, where folding would make
 * different letters the same (the Kelvin sign becomes a k). There, ids are the same only when written the same.
 */
export type Segments = readonly string[];

/** The segments of an id as it is written in a grant or a spec: with names that are not percent-encoded. */
export function segmentsOf(id: string): Segments {
  return id.split("/").slice(1).map(inLowerCase);
}

/** The segments of the id of a Function App or slot. */
export function functionAppSegments(app: FunctionAppReference): Segments {
  const slot = app.slot === undefined ? [] : ["slots", app.slot];
  return within(app, "microsoft.web", "sites", app.name, ...slot);
}

/** The segments of the id of an API Management API. */
export function apiSegments(api: ApiReference): Segments {
  return within(api, "microsoft.apimanagement", "service", api.serviceName, "apis", api.name);
}

/** Whether the resource is the scope, or lies in it. Nothing lies in less than a subscription. */
export function isWithin(resource: Segments, scope: Segments): boolean {
  return scope.length >= 2 && scope.every((segment, index) => resource[index] === segment);
}

/** Whether two ids name the same resource. */
export function isSame(left: Segments, right: Segments): boolean {
  return left.length === right.length && isWithin(left, right);
}

function within(
  { subscriptionId, resourceGroup }: Pick<ApiReference, "subscriptionId" | "resourceGroup">,
  ...below: readonly string[]
): Segments {
  const above = ["subscriptions", subscriptionId, "resourcegroups", resourceGroup, "providers"];
  return [...above, ...below].map(inLowerCase);
}

function inLowerCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
