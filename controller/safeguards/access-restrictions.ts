import type { Network } from "../api/v1alpha1/types.generated.ts";
import type { Service } from "../azure/door.ts";
import type { JsonObject } from "../azure/json.ts";
import { nameOf, webConfigId } from "../azure/resource-ids.ts";
import {
  admittedRanges,
  DEFAULT_ACTION_MEMBER,
  effectiveDefault,
  isOwnRule,
  isTriedBeforeOwn,
  ownRules,
  rangesOf,
  RULES_MEMBER,
  rulesOf,
  type AccessRule,
} from "./access-rules.ts";
import { canonicalCidr, containsCidr } from "./cidr.ts";
import {
  defineSafeguard,
  type Assessment,
  type Change,
  type Note,
  type Obstacle,
  type Standing,
} from "./safeguard.ts";

interface ObservedNetwork {
  readonly siteId: string;
  readonly services: readonly Service[];
  /** The `properties` of `config/web`, raw. */
  readonly webConfig: JsonObject;
}

/** The function answers the addresses of its gateways, and others only as the spec names them. */
export const accessRestrictions = defineSafeguard<ObservedNetwork | "not looked at", Network>({
  name: "access-restrictions",
  condition: "NetworkRestricted",
  needs: [],
  actions: [
    "Microsoft.ApiManagement/service/read",
    "Microsoft.Web/sites/config/Read",
    "Microsoft.Web/sites/config/Write",
    "Microsoft.Web/sites/slots/config/Read",
    "Microsoft.Web/sites/slots/config/Write",
  ],
  resources: (target) =>
    target.spec.network.mode === "Unmanaged"
      ? []
      : [...target.serviceIds, webConfigId(target.siteId)],

  async observe({ apiManagement, webApps }, { spec, siteId, serviceIds }) {
    if (spec.network.mode === "Unmanaged") return "not looked at";
    const [webConfig, ...services] = await Promise.all([
      webApps.getWebConfig(siteId),
      ...serviceIds.map((id) => apiManagement.getService(id)),
    ]);
    return { siteId, services, webConfig };
  },

  establish: () => ({}),

  desire: ({ spec }) => spec.network,

  compare({ additionalCidrs }, observed): Assessment {
    if (observed === "not looked at") return { changes: [], notes: [], standing: NOT_MANAGED };
    const obstacle = obstacleTo(observed.services);
    if (obstacle !== undefined) return { changes: [], notes: [], obstacle };
    const wanted = ownRules([
      ...observed.services.flatMap(({ id, addresses }) =>
        addresses.map((cidr) => ({ cidr, for: `API Management ${nameOf(id)}` })),
      ),
      ...additionalCidrs.map((cidr) => ({ cidr, for: "network.additionalCidrs" })),
    ]);
    const notes = findingsAbout(observed.webConfig, wanted.flatMap(rangesOf));
    return {
      changes: changesOf(wanted, observed),
      notes,
      ...(notes.length > 0 && { standing: reported(notes) }),
    };
  },
});

const NOT_MANAGED: Standing = {
  status: "Unknown",
  reason: "NotManaged",
  message: "network.mode is Unmanaged: from where the function is called is not looked at.",
};

function reported(notes: readonly Note[]): Standing {
  const message = notes.map((note) => note.message).join(" ");
  return { status: "False", reason: "Reported", message };
}

/**
 * Consumption and the v2 tiers call from addresses that they share ("IP addresses of Azure API
 * Management", Microsoft Learn). The service tag ApiManagement is no way out: it names the control
 * plane of all customers.
 */
function obstacleTo(services: readonly Service[]): Obstacle | undefined {
  const sharing = services.find(
    ({ sku = "", addresses }) => /^Consumption$|V2$/i.test(sku) || addresses.length === 0,
  );
  if (sharing === undefined) return undefined;
  return {
    kind: "blocked",
    reason: "TierHasNoAddresses",
    message: `API Management ${nameOf(sharing.id)} (${sharing.sku ?? "unknown tier"}) has no outbound addresses of its own, so network.mode GatewayOnly cannot be kept. Set it to Unmanaged, or move the service to another tier.`,
  };
}

function changesOf(
  wanted: readonly AccessRule[],
  { siteId, webConfig }: ObservedNetwork,
): readonly Change[] {
  const own = rulesOf(webConfig).filter(isOwnRule);
  const desired = wanted.flatMap(rangesOf);
  const admitted = own.flatMap(admittedRanges);
  const isWider = own.flatMap(rangesOf).some((range) => !desired.includes(range));
  const isNarrower = desired.some((range) => !admitted.includes(range));
  const standing = effectiveDefault(webConfig);
  const common = { safeguard: "access-restrictions", resource: webConfigId(siteId) } as const;
  const rules: Change = {
    ...common,
    path: `access-restrictions:/${RULES_MEMBER}`,
    desired,
    observed: own.length === 0 ? undefined : own.flatMap(rangesOf),
    danger: isWider || standing === "Allow" ? "Weakens" : "Hardens",
    patch: { kind: "access-rules", rules: wanted },
  };
  const defaultAction: Change = {
    ...common,
    path: `access-restrictions:/${DEFAULT_ACTION_MEMBER}`,
    desired: "Deny",
    observed: webConfig[DEFAULT_ACTION_MEMBER] ?? undefined,
    danger: standing === "Allow" ? "Weakens" : "Cosmetic",
    patch: { kind: "site-config", member: DEFAULT_ACTION_MEMBER, value: "Deny" },
  };
  return [
    ...(isWider || isNarrower ? [rules] : []),
    ...(webConfig[DEFAULT_ACTION_MEMBER] === "Deny" ? [] : [defaultAction]),
  ];
}

/** What rules of others do to the spec: they are theirs, so they are told and kept. */
function findingsAbout(webConfig: JsonObject, desired: readonly string[]): readonly Note[] {
  const isDesired = (range: string) => desired.some((each) => containsCidr(each, range));
  return rulesOf(webConfig)
    .filter((rule) => !isOwnRule(rule))
    .flatMap((rule): readonly Note[] => {
      const ranges = rangesOf(rule);
      const isAllow = rule["action"] !== "Deny";
      const isMore = ranges.length === 0 || !ranges.every(isDesired);
      if (isAllow && isMore) {
        return [
          {
            code: "foreign-allow",
            message: `${describe(rule)} lets in callers that the spec does not name; it is not ours and stays.`,
          },
        ];
      }
      const keptOut = desired.filter((each) => ranges.some((range) => containsCidr(range, each)));
      if (isAllow || keptOut.length === 0 || !isTriedBeforeOwn(rule)) return [];
      return [
        {
          code: "foreign-deny",
          message: `${describe(rule)} keeps out ${keptOut.join(", ")}, which the spec lets in; it is not ours and stays.`,
        },
      ];
    });
}

function describe({ name, ipAddress, vnetSubnetResourceId, priority }: AccessRule): string {
  const from = ipAddress ?? vnetSubnetResourceId ?? "anywhere";
  const shown = typeof from === "string" ? canonicalCidr(from) : JSON.stringify(from);
  return `Access rule ${JSON.stringify(name ?? "")} (${shown}, priority ${JSON.stringify(priority ?? null)})`;
}
