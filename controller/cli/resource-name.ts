import { nameOf } from "../azure/resource-ids.ts";
import { printable } from "./print.ts";

/** The last names of an id, enough to know the resource: `contoso-apim/apis/orders/policies/policy`. */
export function resourceName(id: string): string {
  const [, provider] = id.split(/\/providers\//i);
  return printable(provider?.split("/").slice(2).join("/") ?? nameOf(id));
}
