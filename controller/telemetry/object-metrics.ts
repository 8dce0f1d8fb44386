import { Gauge, type Counter, type Registry } from "@prometheus-io/client";
import { CONDITIONS, type ConditionDefinition } from "../api/v1alpha1/conditions.ts";
import type {
  Correction,
  FindingSeverity,
  SecuredFunctionBackend,
} from "../api/v1alpha1/types.generated.ts";
import { quarrelsIn } from "../reconcile/contest.ts";
import type { Pass } from "../reconcile/report.ts";
import { SAFEGUARDS } from "../safeguards/index.ts";
import { writeObjectSeries, type ObjectGauge } from "./object-series.ts";
import { counter } from "./series.ts";

export interface ObjectMetricsOptions {
  /** Every object there is, from the cache. */
  readonly objects: () => Iterable<SecuredFunctionBackend>;
  /** Whether each object has series of its own; without them only sums are told. */
  readonly isPerObject: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const STATUSES = ["True", "False", "Unknown"] as const;
const SEVERITIES: readonly FindingSeverity[] = ["Critical", "Warning", "Info"];
const SAFEGUARD_NAMES = SAFEGUARDS.map(({ name }) => name);

/**
 * How the objects are. What an object says of itself is read from the cache while it is asked for, so
 * that the series of a deleted object go with it, and that a replica which does not lead tells it too.
 */
export class ObjectMetrics {
  readonly #corrections: Counter<"safeguard">;
  readonly #lastSuccesses = new Map<string, number>();
  readonly #options: ObjectMetricsOptions;

  constructor(registry: Registry, options: ObjectMetricsOptions) {
    this.#options = options;
    this.#corrections = counter(registry, {
      name: "securedfunction_drift_corrections_total",
      help: "Differences on secured pairs that were put right, by safeguard.",
      labels: { safeguard: SAFEGUARD_NAMES },
    });
    this.#addSums(registry);
  }

  /** The series that each object has of its own, in Prometheus' text format; empty without them. */
  async text(): Promise<string> {
    if (!this.#options.isPerObject) return "";
    this.#forgetDeparted();
    return await writeObjectSeries(this.#gauges(), [...this.#options.objects()]);
  }

  /** Takes note of how a pass over an object ended. */
  passMade(
    object: SecuredFunctionBackend,
    { outcome, corrections }: Pick<Pass, "outcome" | "corrections">,
  ): void {
    for (const correction of corrections) {
      const safeguard = safeguardOf(correction);
      if (safeguard !== undefined) this.#corrections.inc({ safeguard });
    }
    if (!this.#options.isPerObject) return;
    if (outcome.kind === "secured" || outcome.kind === "observed") {
      this.#lastSuccesses.set(keyOf(object), this.#options.now());
    }
  }

  #addSums(registry: Registry): void {
    const resources: Gauge<"type" | "status"> = new Gauge({
      name: "securedfunction_resources",
      help: "Objects whose condition has this status; an absent condition counts as Unknown, one that is left out unless True as False.",
      labelNames: ["type", "status"],
      registers: [registry],
      collect: () => {
        const counts = new Map<string, number>();
        for (const object of this.#options.objects()) {
          for (const condition of statusesOf(object)) {
            const key = condition.join(" ");
            counts.set(key, (counts.get(key) ?? 0) + 1);
          }
        }
        for (const type of Object.keys(CONDITIONS)) {
          for (const status of STATUSES) {
            resources.set({ type, status }, counts.get(`${type} ${status}`) ?? 0);
          }
        }
      },
    });
  }

  #gauges(): readonly ObjectGauge[] {
    return [
      {
        name: "securedfunction_resource_info",
        help: "1 for each object, with what it is set to do.",
        tell: ({ spec }, set) => set({ mode: spec.mode, suspend: String(spec.suspend) }, 1),
      },
      {
        name: "securedfunction_condition",
        help: "1 for the status that a condition has, 0 for the others.",
        tell: (object, set) => {
          for (const [type, present] of statusesOf(object)) {
            for (const status of STATUSES) set({ type, status }, status === present ? 1 : 0);
          }
        },
      },
      {
        name: "securedfunction_condition_reason",
        help: "1 for the reason that a condition gives.",
        tell: ({ status }, set) => {
          for (const { type, reason } of status?.conditions ?? []) set({ type, reason }, 1);
        },
      },
      {
        name: "securedfunction_drift_items",
        help: "Present differences between Azure and the spec.",
        tell: ({ status }, set) => set({}, status?.driftCount ?? 0),
      },
      {
        name: "securedfunction_contested_fields",
        help: "Fields that were put right more than once in a row, the last time within three hours: somebody changes them back.",
        tell: ({ status }, set) =>
          set({}, quarrelsIn(status ?? {}, new Date(this.#options.now()).toISOString()).length),
      },
      {
        name: "securedfunction_findings",
        help: "Ways around the lock that were found, by severity.",
        tell: ({ status }, set) => {
          const findings = status?.findings ?? [];
          for (const severity of SEVERITIES) {
            set({ severity }, findings.filter((finding) => finding.severity === severity).length);
          }
        },
      },
      {
        name: "securedfunction_last_success_timestamp_seconds",
        help: "When this replica last saw the object as its spec asks; absent until it did.",
        tell: (object, set) => {
          const at = this.#lastSuccesses.get(keyOf(object));
          if (at !== undefined) set({}, at / 1000);
        },
      },
    ];
  }

  #forgetDeparted(): void {
    const present = new Set(Array.from(this.#options.objects(), keyOf));
    for (const key of this.#lastSuccesses.keys()) {
      if (!present.has(key)) this.#lastSuccesses.delete(key);
    }
  }
}

/** Each condition's status, also of those that the object does not have. */
function statusesOf({
  status,
}: SecuredFunctionBackend): readonly (readonly [string, (typeof STATUSES)[number]])[] {
  return Object.entries<ConditionDefinition>(CONDITIONS).map(([type, { isOmittedUnlessTrue }]) => [
    type,
    status?.conditions?.find((condition) => condition.type === type)?.status ??
      (isOmittedUnlessTrue === true ? "False" : "Unknown"),
  ]);
}

function safeguardOf({ path }: Correction): (typeof SAFEGUARD_NAMES)[number] | undefined {
  return SAFEGUARD_NAMES.find((name) => path.startsWith(`${name}:`));
}

/** Another object under the name of a deleted one has a uid of its own. */
function keyOf({ metadata: { namespace, name, uid = "" } }: SecuredFunctionBackend): string {
  return `${namespace}/${name}/${uid}`;
}
