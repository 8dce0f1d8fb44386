import { describe, expect, test } from "vitest";
import { CONDITIONS } from "../api/v1alpha1/conditions.ts";
import type { Correction, SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { backend } from "../../test/support/operator.ts";
import { scrape, type Scrape } from "../../test/support/scrape.ts";
import { createMetrics, type MetricsOptions } from "./metrics.ts";

const NOW = Date.parse("2026-11-27T12:00:00Z");

function metricsOf(options: Partial<MetricsOptions> = {}) {
  return createMetrics({
    controller: "securedfunctionbackend",
    maxConcurrentReconciles: 8,
    lease: "secured-function-backend",
    apiServer: { host: "10.0.0.1:443", resources: ["securedfunctionbackends"] },
    objects: () => [],
    isPerObject: true,
    now: () => NOW,
    ...options,
  });
}

function named(
  name: string,
  status: SecuredFunctionBackend["status"] = {},
): SecuredFunctionBackend {
  const object = backend();
  return { ...object, metadata: { ...object.metadata, name }, status };
}

const PASS = { key: "shop/orders", reconcileId: "1", attempt: 1, durationInMs: 10 };

const condition = (type: string, status: "True" | "False" | "Unknown", reason: string) => ({
  type,
  status,
  reason,
  message: "",
  lastTransitionTime: "2026-11-27T11:00:00Z",
});

const DASHBOARD_NAMES = [
  "controller_runtime_reconcile_total",
  "controller_runtime_reconcile_errors_total",
  "controller_runtime_terminal_reconcile_errors_total",
  "controller_runtime_reconcile_panics_total",
  "controller_runtime_reconcile_timeouts_total",
  "controller_runtime_reconcile_time_seconds_bucket",
  "controller_runtime_max_concurrent_reconciles",
  "controller_runtime_active_workers",
  "workqueue_depth",
  "workqueue_adds_total",
  "workqueue_retries_total",
  "workqueue_queue_duration_seconds_bucket",
  "workqueue_work_duration_seconds_bucket",
  "workqueue_unfinished_work_seconds",
  "workqueue_longest_running_processor_seconds",
  "leader_election_master_status",
  "leader_election_slowpath_total",
  "rest_client_requests_total",
  "kube_reflector_lists_total",
  "kube_reflector_watches_total",
  "kube_reflector_last_event_timestamp_seconds",
  "kube_reflector_synced",
  "kube_events_dropped_total",
  "process_cpu_seconds_total",
  "process_resident_memory_bytes",
  "nodejs_eventloop_lag_seconds",
  "azure_requests_total",
  "azure_request_duration_seconds_bucket",
  "azure_throttled_total",
  "azure_credential_errors_total",
  "securedfunction_drift_corrections_total",
  "securedfunction_resources",
];

describe("before anything happened", () => {
  test.each(DASHBOARD_NAMES)("%s is there", async (name) => {
    const scraped = await scrape(metricsOf());
    expect(scraped.series(name)).not.toEqual([]);
  });

  test("whatever is counted stands at 0", async () => {
    const scraped = await scrape(metricsOf());
    const counted = scraped.all.filter(
      ({ name }) => /_(total|count|bucket)$/.test(name) && !/^(process|nodejs)_/.test(name),
    );
    expect(counted.length).toBeGreaterThan(100);
    expect(counted.filter(({ value }) => value !== 0)).toEqual([]);
  });

  test("no later event adds a series, so that an increase from nothing is seen", async () => {
    const metrics = metricsOf();
    const before = keysOf(await scrape(metrics));

    metrics.controller.passStarted();
    const pass = { ...PASS, isTerminal: true, isTimeout: true, isAbandoned: false };
    metrics.controller.passEnded({ ...pass, result: "error", error: new TypeError("x") });
    metrics.queue.queueAdded();
    metrics.queue.queueRetried();
    metrics.queue.queueTaken("user", 5);
    metrics.queue.queueDone(5);
    metrics.leader.led(true);
    metrics.leader.tookSlowPath();
    metrics.apiServer.requested("PATCH", "409");
    metrics.apiServer.requested("GET", "<error>");
    metrics.apiServer.requested("GET", "418");
    metrics.apiServer.listed("securedfunctionbackends");
    metrics.apiServer.watchEnded("securedfunctionbackends", "stalled");
    metrics.apiServer.eventDropped();
    metrics.azure.called({
      service: "graph",
      method: "POST",
      status: 429,
      durationInMs: 1,
      correlationId: undefined,
    });
    metrics.azure.called({
      service: "app-service",
      method: "PUT",
      status: undefined,
      durationInMs: 1,
      correlationId: undefined,
    });
    metrics.azure.credentialFailed();
    metrics.objects.passMade(named("orders"), {
      outcome: { kind: "suspended" },
      corrections: [correction("authentication:/platform/enabled", NOW)],
    });

    const after = await scrape(metrics);
    expect(keysOf(after)).toEqual(before);
    expect(
      after.value("securedfunction_drift_corrections_total", { safeguard: "authentication" }),
    ).toBe(1);
    expect(after.value("azure_throttled_total", { service: "graph" })).toBe(1);
    expect(after.value("rest_client_requests_total", { method: "GET", code: "4xx" })).toBe(1);
    expect(after.value("rest_client_requests_total", { method: "GET", code: "<error>" })).toBe(1);
  });
});

/** Name and labels of every series that the process itself does not decide on. */
function keysOf({ all }: Scrape): readonly string[] {
  return all
    .filter(({ name }) => !/^(process|nodejs)_/.test(name))
    .map(({ name, labels }) => `${name}${JSON.stringify(labels)}`)
    .toSorted();
}

function correction(path: string, at: number): Correction {
  return { path, resource: "/r", correctedAt: new Date(at).toISOString() };
}

describe("the number of objects", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => named(`orders-${index}`));

  test("adds no series when objects have none of their own", async () => {
    const none = await scrape(metricsOf({ isPerObject: false }));
    const many = await scrape(metricsOf({ isPerObject: false, objects: () => hundred }));
    expect(keysOf(many)).toEqual(keysOf(none));
    expect(many.value("securedfunction_resources", { type: "Ready", status: "Unknown" })).toBe(100);
  });

  test("only adds series that name their object", async () => {
    const none = new Set(keysOf(await scrape(metricsOf())));
    const many = await scrape(metricsOf({ objects: () => hundred }));
    const added = many.all.filter(
      ({ name, labels }) =>
        !/^(process|nodejs)_/.test(name) && !none.has(`${name}${JSON.stringify(labels)}`),
    );
    expect(added.filter(({ labels }) => labels["name"] === undefined)).toEqual([]);
  });
});

describe("an object", () => {
  const object = named("orders", {
    conditions: [
      condition("Ready", "False", "BypassFound"),
      condition("Stalled", "True", "BypassFound"),
    ],
    driftCount: 3,
    findings: [
      { code: "OtherApiAdmitted", severity: "Critical", resource: "/r", message: "", remedy: "" },
      { code: "SlotOpen", severity: "Warning", resource: "/r", message: "", remedy: "" },
    ],
    recentCorrections: [
      { ...correction("authentication:/platform/enabled", NOW - 60_000), times: 2 },
      correction("hardening:/httpsOnly", NOW - 60_000),
    ],
  });
  const own = { namespace: "shop", name: "orders" };

  test("is told as its status says", async () => {
    const scraped = await scrape(metricsOf({ objects: () => [object] }));
    const value = (name: string, labels = {}) => scraped.value(name, { ...own, ...labels });
    expect(value("securedfunction_resource_info", { mode: "Enforce", suspend: "false" })).toBe(1);
    expect(value("securedfunction_condition", { type: "Ready", status: "False" })).toBe(1);
    expect(value("securedfunction_condition", { type: "Ready", status: "True" })).toBe(0);
    expect(value("securedfunction_condition", { type: "Reconciling", status: "False" })).toBe(1);
    expect(value("securedfunction_condition", { type: "NoBypass", status: "Unknown" })).toBe(1);
    expect(
      value("securedfunction_condition_reason", { type: "Ready", reason: "BypassFound" }),
    ).toBe(1);
    expect(value("securedfunction_drift_items")).toBe(3);
    expect(value("securedfunction_findings", { severity: "Critical" })).toBe(1);
    expect(value("securedfunction_findings", { severity: "Info" })).toBe(0);
    expect(value("securedfunction_contested_fields")).toBe(1);
    expect(scraped.series("securedfunction_condition")).toHaveLength(
      Object.keys(CONDITIONS).length * 3,
    );
  });

  test("tells of its last good pass, and takes all its series along when it goes", async () => {
    let objects = [object];
    const metrics = metricsOf({ objects: () => objects });
    const name = "securedfunction_last_success_timestamp_seconds";
    expect((await scrape(metrics)).series(name)).toEqual([]);

    metrics.objects.passMade(object, {
      outcome: { kind: "observed", differences: 0 },
      corrections: [],
    });
    expect((await scrape(metrics)).value(name, own)).toBe(NOW / 1000);

    objects = [];
    expect((await scrape(metrics)).all.filter(({ labels }) => labels["name"] === "orders")).toEqual(
      [],
    );
    objects = [object];
    expect((await scrape(metrics)).series(name)).toEqual([]);
  });
});

test("a pass that was cut off because the process stops is nobody's failure", async () => {
  const metrics = metricsOf();
  metrics.controller.passStarted();
  const cut = { result: "error", isTerminal: false, isTimeout: false, isAbandoned: true } as const;
  expect((await scrape(metrics)).value("controller_runtime_active_workers")).toBe(1);
  metrics.controller.passEnded({ ...PASS, ...cut });
  const scraped = await scrape(metrics);
  expect(scraped.value("controller_runtime_active_workers")).toBe(0);
  expect(scraped.value("controller_runtime_reconcile_errors_total")).toBe(0);
});

test("the queue is asked while it is scraped", async () => {
  const metrics = metricsOf();
  const queue = { depth: 3, workInHandInMs: [1000, 4000] };
  metrics.queue.watch(queue);
  const scraped = await scrape(metrics);
  expect(scraped.value("workqueue_depth")).toBe(3);
  expect(scraped.value("workqueue_unfinished_work_seconds")).toBe(5);
  expect(scraped.value("workqueue_longest_running_processor_seconds")).toBe(4);
  queue.depth = 0;
  expect((await scrape(metrics)).value("workqueue_depth")).toBe(0);
});

test("what Azure said is left is told until it is old", async () => {
  let now = NOW;
  const metrics = metricsOf({ now: () => now });
  metrics.azure.remainingTold("1111", "reads", 199);
  metrics.azure.remainingTold("1111", "reads", 198);
  expect((await scrape(metrics)).value("azure_remaining_requests", { kind: "reads" })).toBe(198);
  now += 11 * 60_000;
  expect((await scrape(metrics)).series("azure_remaining_requests")).toEqual([]);
});

test("two sets of metrics know nothing of each other", async () => {
  const [one, other] = [metricsOf(), metricsOf()];
  one.queue.queueAdded();
  expect((await scrape(other)).value("workqueue_adds_total")).toBe(0);
});
