import type { Issuer } from "../entra/issuer.ts";
import type { World } from "../world/world.ts";

/**
 * Everything that only its holder may know: the tokens that were issued, client secrets, function
 * keys and subscription keys. For tests that look for them where none may be.
 */
export function listSecrets({
  world,
  issuer,
}: {
  readonly world: World;
  readonly issuer: Issuer;
}): readonly string[] {
  return [
    ...issuer.issued(),
    ...world.directory.registrations().flatMap(({ secret }) => secret ?? []),
    ...[...world.sites.values()].flatMap(({ functionKey }) => functionKey ?? []),
    ...[...world.services.values()].flatMap(({ subscriptions }) =>
      subscriptions.map(({ key }) => key),
    ),
  ];
}
