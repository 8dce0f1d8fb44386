import { valueAt, type Json, type JsonObject } from "./json.ts";

/**
 * The hosts at which an API Management service says that its gateway is: its own address, and the
 * custom host names of type `Proxy`. In lower case, with a port that is not 443.
 *
 * @param service the service's document.
 */
export function gatewayHostsOf(service: JsonObject): readonly string[] {
  const listed = valueAt(service, "/properties/hostnameConfigurations");
  const custom = (Array.isArray(listed) ? listed : [])
    .filter((each: Json) => valueAt(each, "/type") === "Proxy")
    .map((each: Json) => valueAt(each, "/hostName"))
    .flatMap((host) => (typeof host === "string" ? `https://${host}` : []));
  const own = valueAt(service, "/properties/gatewayUrl");
  const addresses = typeof own === "string" ? [own, ...custom] : custom;
  return [...new Set(addresses.flatMap((address) => URL.parse(address)?.host ?? []))];
}
