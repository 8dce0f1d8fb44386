import { applicationId, managedUniqueName } from "../azure/directory-ids.ts";
import {
  givenRegistrationFacts,
  isGiven,
  observeGivenRegistration,
  obstacleToGivenRegistration,
  type GivenRegistration,
  type ObservedGivenRegistration,
} from "./given-registration.ts";
import {
  compareManagedRegistration,
  managedRegistrationFacts,
  observeManagedRegistration,
  type ObservedManagedRegistration,
} from "./managed-registration.ts";
import { defineSafeguard, type Facts } from "./safeguard.ts";

/** What was seen of the registration that the spec names, or of the one that is managed. */
type ObservedRegistration =
  | { readonly given: GivenRegistration; readonly seen: ObservedGivenRegistration }
  | { readonly given: undefined; readonly seen: ObservedManagedRegistration };

/**
 * The function has an app registration whose tokens can be told from all others: the one that the spec
 * names, which is only looked at, or one that is managed through Microsoft Graph.
 */
export const appRegistration = defineSafeguard<ObservedRegistration, Facts["gateways"]>({
  name: "app-registration",
  condition: "RegistrationReady",
  needs: ["gateways"],
  actions: [],
  resources: ({ spec, siteId }) =>
    isGiven(spec.registration) ? [] : [applicationId(managedUniqueName(siteId))],

  async observe(door, target) {
    const { registration } = target.spec;
    return isGiven(registration)
      ? { given: registration, seen: await observeGivenRegistration(door, registration) }
      : { given: undefined, seen: await observeManagedRegistration(door, target) };
  },

  establish: ({ given, seen }) => ({
    registration:
      given === undefined ? managedRegistrationFacts(seen) : givenRegistrationFacts(given, seen),
  }),

  desire: (_target, { gateways }) => gateways,

  compare(gateways, { given, seen }) {
    if (given === undefined) return compareManagedRegistration(gateways, seen);
    const obstacle = obstacleToGivenRegistration(given, gateways, seen);
    return { changes: [], notes: [], ...(obstacle && { obstacle }) };
  },
});
