import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { KubernetesClient } from "../../controller/kubernetes/client.ts";
import { SYSTEM_CLOCK } from "../../controller/kubernetes/clock.ts";
import { Controller } from "../../controller/kubernetes/controller.ts";
import { isKind } from "../../controller/kubernetes/errors.ts";
import { EVENTS, type EventNotice } from "../../controller/kubernetes/event-record.ts";
import { EventRecorder } from "../../controller/kubernetes/event-recorder.ts";
import { addFinalizer, removeFinalizer } from "../../controller/kubernetes/finalizer.ts";
import { LeaderElector } from "../../controller/kubernetes/leader-elector.ts";
import { LEASES } from "../../controller/kubernetes/lease-record.ts";
import { keyOf, nameOf, type KubernetesObject } from "../../controller/kubernetes/object.ts";
import { asksForPass } from "../../controller/kubernetes/predicates.ts";
import { Reflector } from "../../controller/kubernetes/reflector.ts";
import { apiVersionOf, type Resource } from "../../controller/kubernetes/resource.ts";
import { StatusWriter, type WithStatus } from "../../controller/kubernetes/status-writer.ts";
import { Store } from "../../controller/kubernetes/store.ts";
import { WorkQueue } from "../../controller/kubernetes/work-queue.ts";
import { NAMESPACES } from "../../controller/operator/resources.ts";

/** A resource of no meaning, which the API server has to serve with a status subresource. */
export interface Thing extends WithStatus {
  readonly spec?: { readonly size: number };
  readonly status?: {
    readonly phase?: string;
    readonly note?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export const THINGS: Resource<Thing> = {
  group: "example.test",
  version: "v1",
  plural: "things",
  kind: "Thing",
  isNamespaced: true,
};

/** An API server to try the runtime on. */
export interface RuntimeWorld extends AsyncDisposable {
  readonly client: KubernetesClient;
  /** A fresh namespace. */
  namespace(): Promise<string>;
}

const FINALIZER = "example.test/cleanup";

/** What the runtime makes of an API server: one suite for the fake one and for the real one. */
export function describeRuntime(open: () => Promise<RuntimeWorld>): void {
  let world: RuntimeWorld;
  let namespace: string;
  let client: KubernetesClient;

  beforeAll(async () => {
    world = await open();
    client = world.client;
    namespace = await world.namespace();
  });
  afterAll(async () => world[Symbol.asyncDispose]());

  const createThing = async (name: string, finalizers: readonly string[] = []): Promise<Thing> =>
    client.create(THINGS, {
      apiVersion: apiVersionOf(THINGS),
      kind: THINGS.kind,
      metadata: { namespace, name, finalizers },
      spec: { size: 1 },
    });
  const getThing = async (name: string): Promise<Thing> => client.get(THINGS, { namespace, name });

  describe("a lease", () => {
    const elect = (name: string, identity: string) => {
      const times = { leaseDurationInMs: 60_000, renewDeadlineInMs: 10_000, retryPeriodInMs: 200 };
      const lease = { namespace, name };
      const common = { client, lease, clock: SYSTEM_CLOCK, random: Math.random };
      const elector = new LeaderElector({ ...common, ...times, identity });
      const stop = new AbortController();
      const run = elector.run(stop.signal, async () => whenAborted(stop.signal));
      return { elector, stop, run };
    };
    const spec = async (name: string) => (await client.get(LEASES, { namespace, name })).spec;

    test("is taken, renewed, let go, and then the other's at once", async () => {
      const one = elect("orderly", "one");
      await vi.waitFor(() => expect(one.elector.isLeader()).toBe(true), 5000);
      const other = elect("orderly", "other");
      const first = await spec("orderly");
      await vi.waitFor(async () => {
        expect((await spec("orderly"))?.renewTime).not.toBe(first?.renewTime);
      }, 5000);
      expect(other.elector.isLeader()).toBe(false);
      one.stop.abort();
      await one.run;
      expect(one.elector.isLeader()).toBe(false);
      await vi.waitFor(() => expect(other.elector.isLeader()).toBe(true), 5000);
      expect(await spec("orderly")).toMatchObject({
        holderIdentity: "other",
        leaseDurationSeconds: 60,
        leaseTransitions: 1,
        renewTime: expect.stringMatching(/\.\d{6}Z$/),
      });
      other.stop.abort();
      await other.run;
      expect(await spec("orderly")).toMatchObject({ leaseTransitions: 1 });
    });

    test("that many want at the same moment goes to one", async () => {
      const electors = Array.from({ length: 8 }, (_, index) => elect("crowd", `c${index}`));
      const leaders = () => electors.filter(({ elector }) => elector.isLeader()).length;
      await vi.waitFor(() => expect(leaders()).toBe(1), 5000);
      for (const { stop } of electors) stop.abort();
      await Promise.all(electors.map(async ({ run }) => run));
      expect(leaders()).toBe(0);
    });
  });

  describe("events", () => {
    const tell = async (notices: readonly EventNotice[]): Promise<string[]> => {
      const dropped: string[] = [];
      const recorder = new EventRecorder({
        client,
        reporter: { controller: "example.test/tests", instance: "pod".repeat(80) },
        clock: SYSTEM_CLOCK,
        random: Math.random,
        observer: { eventDropped: (why, error) => dropped.push(`${why} ${String(error)}`) },
      });
      for (const notice of notices) recorder.record(notice);
      await recorder.run(AbortSignal.abort());
      return dropped;
    };
    const notice = (regarding: KubernetesObject, change: Partial<EventNotice> = {}) =>
      ({
        regarding,
        type: "Warning",
        reason: "DriftCorrected",
        action: "Reconcile",
        note: "Somebody opened the door.",
        ...change,
      }) as const;
    const about = async (name: string, within = namespace) => {
      const { items } = await client.list(EVENTS, { namespace: within });
      return items.filter(({ regarding }) => regarding.name === name);
    };

    test("of any text and name are taken", async () => {
      const name = `${"a".repeat(60)}.`.repeat(4).slice(0, 252).replace(/\.$/, "");
      const thing = await createThing(name);
      const note = "ö🙂".repeat(900);
      expect(await tell([notice(thing, { note, reason: "R".repeat(300) })])).toEqual([]);
      const [event] = await about(name);
      expect(event?.note).toMatch(/^(ö🙂)+ö?…$/u);
      expect(event?.regarding).toMatchObject({ kind: "Thing", uid: thing.metadata.uid });
    });

    test("of an object without a namespace are taken", async () => {
      const found = await client.get(NAMESPACES, { name: namespace });
      const regarding = { ...found, apiVersion: "v1", kind: "Namespace" };
      expect(await tell([notice(regarding)])).toEqual([]);
      expect(await about(namespace, "default")).toHaveLength(1);
    });

    test("100 alike are one, with their number; more of them later are counted", async () => {
      const thing = await createThing("repeats");
      expect(await tell(Array.from({ length: 100 }, () => notice(thing)))).toEqual([]);
      expect((await about("repeats")).map(({ series }) => series?.count)).toEqual([100]);

      const other = await createThing("counted");
      const options = { client, clock: SYSTEM_CLOCK, random: Math.random };
      const reporter = { controller: "example.test/tests", instance: "pod" };
      const recorder = new EventRecorder({ ...options, reporter });
      const stop = new AbortController();
      const run = recorder.run(stop.signal);
      recorder.record(notice(other));
      await vi.waitFor(async () => expect(await about("counted")).toHaveLength(1), 5000);
      for (let i = 0; i < 4; i++) recorder.record(notice(other));
      stop.abort();
      await run;
      expect((await about("counted")).map(({ series }) => series?.count)).toEqual([5]);
    });
  });

  describe("a status", () => {
    const writer = (fieldManager = "tests") => {
      const store = new Store<Thing>({ name: "things", onHandlerError: () => {} });
      return new StatusWriter({ client, resource: THINGS, fieldManager, store });
    };
    const condition = (type: string) => ({ type, status: "True" });

    test("loses what its writer no longer says, and keeps what others say", async () => {
      const created = await createThing("shared-status");
      await writer("others").write(created, { note: "theirs", conditions: [condition("Theirs")] });
      const conditions = [condition("Ready"), condition("Reconciling")];
      await writer().write(created, { phase: "new", conditions });
      await writer().write(created, { conditions: [condition("Ready")] });
      const { status } = await getThing("shared-status");
      expect(status).toMatchObject({ note: "theirs" });
      expect(status).not.toHaveProperty("phase");
      expect(status?.conditions?.map(({ type }) => type).toSorted()).toEqual(["Ready", "Theirs"]);
    });

    test("does not go to a successor", async () => {
      const old = await createThing("successor");
      await client.delete(THINGS, nameOf(keyOf(old)));
      await createThing("successor");
      expect(await writer().write(old, { phase: "new" })).toEqual({ kind: "recreated" });
      expect(await getThing("successor")).not.toHaveProperty("status");
    });

    test("does not bring back what has gone", async () => {
      const old = await createThing("gone");
      await client.delete(THINGS, nameOf(keyOf(old)));
      expect(await writer().write(old, { phase: "new" })).toEqual({ kind: "gone" });
      await expect(getThing("gone")).rejects.toMatchObject({ kind: "NotFound" });
    });

    test("that is there already leaves the version as it is", async () => {
      const created = await createThing("same");
      const first = await writer().write(created, { phase: "new" });
      const { metadata } = await getThing("same");
      await writer().write(created, { phase: "new" });
      expect(first.kind).toBe("written");
      expect((await getThing("same")).metadata.resourceVersion).toBe(metadata.resourceVersion);
    });
  });

  describe("a finalizer", () => {
    const change = () => ({ client, resource: THINGS, finalizer: FINALIZER });

    test("comes and goes while others edit, and nothing is lost", async () => {
      const created = await createThing("edited", ["others.test/hold"]);
      const edit = async () => {
        for (let i = 0; i < 20; i++) {
          const labels = { [`l${i}`]: "x" };
          await client.mergePatch(THINGS, nameOf(keyOf(created)), { metadata: { labels } });
        }
      };
      const toggle = async () => {
        for (let i = 0; i < 5; i++) {
          const held = await insist(async () => addFinalizer(await getThing("edited"), change()));
          expect(held?.metadata.finalizers).toContain(FINALIZER);
          await insist(async () => removeFinalizer(await getThing("edited"), change()));
        }
      };
      await Promise.all([edit(), toggle()]);
      const { metadata } = await getThing("edited");
      expect(metadata.finalizers).toEqual(["others.test/hold"]);
      expect(Object.keys(metadata.labels ?? {})).toHaveLength(20);
    });

    test("holds a deletion, is not added during it, and lets go", async () => {
      const created = await createThing("held");
      const held = await addFinalizer(created, change());
      await client.delete(THINGS, nameOf(keyOf(created)));
      const deleting = await getThing("held");
      expect(deleting.metadata.deletionTimestamp).toBeDefined();
      const late = { ...change(), finalizer: "example.test/late" };
      expect((await addFinalizer(deleting, late))?.metadata.finalizers).toEqual([FINALIZER]);
      await removeFinalizer(deleting, change());
      await expect(getThing("held")).rejects.toMatchObject({ kind: "NotFound" });
      for (const act of [addFinalizer, removeFinalizer]) {
        expect(await act(held ?? created, { ...change(), finalizer: "a.test/b" })).toBe(
          act === addFinalizer ? undefined : held,
        );
        expect(await act(created, change())).toBe(act === addFinalizer ? undefined : created);
      }
      await expect(getThing("held")).rejects.toMatchObject({ kind: "NotFound" });
    });
  });

  test("a controller sees each change once, and its own status never", async () => {
    const passes: string[] = [];
    const store = new Store<Thing>({ name: "things", onHandlerError: () => {} });
    const queue = new WorkQueue({ clock: SYSTEM_CLOCK, random: Math.random });
    const things = await world.namespace();
    const reflector = new Reflector({
      client,
      resource: THINGS,
      store,
      clock: SYSTEM_CLOCK,
      random: Math.random,
      query: { namespace: things },
    });
    const writer = new StatusWriter({ client, resource: THINGS, fieldManager: "tests", store });
    store.subscribe(({ type, object, old }) => {
      if (type === "delete" || asksForPass(old, object)) queue.add(keyOf(object), { lane: "user" });
    });
    const controller = new Controller({
      queue,
      sources: [store],
      workers: 4,
      passLimitInMs: 10_000,
      clock: SYSTEM_CLOCK,
      reconcile: async (key) => {
        passes.push(key);
        const found = store.get(key);
        if (found !== undefined) await writer.write(found, { phase: `size ${found.spec?.size}` });
        return {};
      },
    });
    const stop = new AbortController();
    const running = [
      reflector.run(stop.signal),
      controller.run({ stop: stop.signal, abandon: stop.signal }),
    ];

    const names = Array.from({ length: 10 }, (_, index) => `t${index}`);
    const create = async (name: string) =>
      client.create<Thing>(THINGS, {
        apiVersion: apiVersionOf(THINGS),
        kind: THINGS.kind,
        metadata: { namespace: things, name },
        spec: { size: 1 },
      });
    const patch = async (name: string, change: object) =>
      client.mergePatch(THINGS, { namespace: things, name }, change);
    const phases = () => store.list().map(({ status }) => status?.phase);

    await Promise.all(names.map(create));
    await vi.waitFor(() => expect(phases()).toEqual(names.map(() => "size 1")), 10_000);
    await Promise.all(names.map(async (name) => patch(name, { metadata: { labels: { a: "b" } } })));
    await Promise.all(names.map(async (name) => patch(name, { spec: { size: 2 } })));
    await vi.waitFor(() => expect(phases()).toEqual(names.map(() => "size 2")), 10_000);
    // What its last status causes arrives before this does.
    await patch("t0", { spec: { size: 3 } });
    await vi.waitFor(() => expect(phases()).toContain("size 3"), 10_000);
    stop.abort();
    await Promise.all(running);
    expect(passes.toSorted()).toEqual(
      [...names, ...names, "t0"].map((name) => `${things}/${name}`).toSorted(),
    );
  });
}

/** As a controller does after a pass that met too many edits of others. */
async function insist<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isKind(error, "Conflict")) throw error;
    }
  }
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  await setTimeout(2 ** 30, undefined, { signal }).catch(() => {});
}
