import type { Counter, Gauge, Registry } from "@prometheus-io/client";
import { counter, gauge } from "./series.ts";

/** Whether this replica leads, under client-go's names. */
export class LeaderMetrics {
  readonly #lease: string;
  readonly #status: Gauge<"name">;
  readonly #slowPaths: Counter<"name">;

  constructor(registry: Registry, lease: string) {
    const labels = { name: [lease] };
    this.#lease = lease;
    this.#status = gauge(registry, {
      name: "leader_election_master_status",
      help: "1 while this replica holds the lease, 0 otherwise.",
      labels,
    });
    this.#slowPaths = counter(registry, {
      name: "leader_election_slowpath_total",
      help: "Calls for the lease that failed or lost a race, so that it was read again.",
      labels,
    });
  }

  led(isLeader: boolean): void {
    this.#status.set({ name: this.#lease }, isLeader ? 1 : 0);
  }

  tookSlowPath(): void {
    this.#slowPaths.inc({ name: this.#lease });
  }
}
