import { changeAuthentication } from "../arm/auth-settings.ts";
import type { SimulatorSettings } from "../settings.ts";
import type { World } from "../world/world.ts";

/**
 * Switches a service's system-assigned identity off and on: it has new ids afterwards.
 *
 * @throws Error when there is no such service.
 */
export function recreateIdentity(world: World, name: string): void {
  const service = [...world.services.values()].find((one) => one.name === name);
  if (!service) throw new Error(`There is no service ${name}.`);
  const { system } = service.identity;
  if (system) world.directory.removeManagedIdentity(system.clientId);
  service.identity = { ...service.identity, system: world.createIdentity(service.name) };
  service.etag = world.nextEtag();
}

/**
 * Gives a service's gateway other addresses, as a move into a network or between zones does.
 *
 * @throws Error when there is no such service.
 */
export function changeAddresses(world: World, name: string, addresses: readonly string[]): void {
  const service = [...world.services.values()].find((one) => one.name === name);
  if (!service) throw new Error(`There is no service ${name}.`);
  service.properties["publicIPAddresses"] = addresses;
  service.etag = world.nextEtag();
}

/**
 * Puts a site under classic (V1) auth settings, switched on, as an old template does.
 *
 * @throws Error when there is no such site.
 */
export function portalV1Authentication(
  targets: { readonly world: World; readonly settings: SimulatorSettings },
  name: string,
): void {
  const site = [...targets.world.sites.values()].find((one) => one.name === name);
  if (!site) throw new Error(`There is no Function App ${name}.`);
  changeAuthentication(targets, site, {
    version: "v1",
    document: { enabled: true, unauthenticatedClientAction: "RedirectToLoginPage" },
  });
}
