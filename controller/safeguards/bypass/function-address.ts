import type { Backend } from "../../azure/inventory.ts";
import { sameResource, withoutSlot } from "../../azure/resource-ids.ts";
import type { Circumstances } from "./bypass-check.ts";

/** Whether an address is the function's, under any of its host names. What is no address is not. */
export function isFunctionAddress(
  url: string | undefined,
  { facts: { site } }: Circumstances,
): boolean {
  const host = hostOf(url);
  return (
    host !== undefined &&
    [site.hostName, ...site.hostNames].some((name) => name.toLowerCase() === host)
  );
}

/** The host of an address, with its port if that is not the usual one; undefined for anything else. */
export function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

/** Whether requests for a backend entity reach the function. */
export function isFunctionBackend(
  { url, resourceId = "" }: Backend,
  circumstances: Circumstances,
): boolean {
  const { siteId } = circumstances.target;
  const isNamed = sameResource(resourceId.replace(/^https:\/\/[^/]+/i, ""), withoutSlot(siteId));
  return isFunctionAddress(url, circumstances) || (isNamed && siteId === withoutSlot(siteId));
}
