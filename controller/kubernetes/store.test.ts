import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "./object.ts";
import { Store, type StoreEvent } from "./store.ts";

interface Thing extends KubernetesObject {
  readonly status?: string;
}

function thing(name: string, version: number | string, more: Partial<Thing> = {}, uid = name) {
  return { ...more, metadata: { namespace: "n", name, uid, resourceVersion: String(version) } };
}

function startStore() {
  const errors: unknown[] = [];
  const store = new Store<Thing>({ name: "things", onHandlerError: (error) => errors.push(error) });
  const events: StoreEvent<Thing>[] = [];
  store.subscribe((event) => events.push(event));
  return { store, events, errors, told: () => events.splice(0).map(inWords) };
}

/** `add a@1 initial`, `delete a@2 unknown`. */
function inWords({ type, object, old, initial, finalStateUnknown }: StoreEvent<Thing>): string {
  const { name, resourceVersion } = object.metadata;
  const from = type === "update" ? `${old?.metadata.resourceVersion}→` : "";
  const marks = [initial && "initial", finalStateUnknown && "unknown"].filter(Boolean);
  return [type, `${name}@${from}${resourceVersion}`, ...marks].join(" ");
}

describe("handlers are told", () => {
  test("what was there, what comes, changes and goes", () => {
    const { store, told } = startStore();
    store.replace([thing("a", 1), thing("b", 2)]);
    store.put(thing("c", 3));
    store.put(thing("a", 4));
    store.remove(thing("b", 5));

    expect(told()).toEqual([
      "add a@1 initial",
      "add b@2 initial",
      "add c@3",
      "update a@1→4",
      "delete b@5",
    ]);
  });

  test("of a deletion that was missed, and of what is new since", () => {
    const { store, told } = startStore();
    store.replace([thing("a", 1), thing("b", 2)]);
    told();
    store.replace([thing("b", 2), thing("c", 3)]);

    expect(told()).toEqual(["delete a@1 unknown", "add c@3"]);
  });

  test.for(["a list", "the watch"])("of another object under a known name, by %s", (how) => {
    const { store, told } = startStore();
    store.replace([thing("a", 1)]);
    told();
    const other = thing("a", 5, {}, "another");
    if (how === "a list") store.replace([other]);
    else store.put(other);

    expect(told()).toEqual(["delete a@1 unknown", "add a@5"]);
  });

  test("of all there is, when they come late", () => {
    const { store } = startStore();
    store.replace([thing("a", 1)]);
    const late: string[] = [];
    const leave = store.subscribe((event) => late.push(inWords(event)));
    leave();
    store.put(thing("a", 2));

    expect(late).toEqual(["add a@1 initial"]);
  });

  test("although one of them throws", () => {
    const { store, errors } = startStore();
    store.subscribe(() => {
      throw new Error("a handler's own fault");
    });
    const heard: string[] = [];
    store.subscribe((event) => heard.push(inWords(event)));
    store.replace([thing("a", 1)]);
    store.put(thing("a", 2));

    expect(heard).toEqual(["add a@1 initial", "update a@1→2"]);
    expect(errors).toHaveLength(2);
  });
});

describe("an own write is seen before the watch tells it", () => {
  const written = thing("a", 5, { status: "written" });

  test.for<[string, Thing | "gone", string | undefined]>([
    ["an event from before it", thing("a", 4, { status: "old" }), "written"],
    ["the event of it", written, "written"],
    ["an event from after it", thing("a", 6, { status: "later" }), "later"],
    ["an event of longer number", thing("a", 10, { status: "later" }), "later"],
    ["an event that cannot be compared", thing("a", "x", { status: "told" }), "told"],
    ["another object of this name", thing("a", 3, { status: "new" }, "other"), "new"],
    ["its deletion", "gone", undefined],
  ])("%s", ([, event, status]) => {
    const { store } = startStore();
    store.replace([thing("a", 2)]);
    store.assume(written);
    expect(store.get("n/a")?.status).toBe("written");
    if (event === "gone") store.remove(thing("a", 7));
    else store.put(event);

    expect(store.get("n/a")?.status).toBe(status);
    expect(store.list().map((each) => each.status)).toEqual(status === undefined ? [] : [status]);
  });

  test.for<[string, Thing]>([
    ["the watch was faster", thing("a", 1, { status: "written" })],
    ["another object has the name now", thing("a", 9, { status: "written" }, "other")],
    ["it is gone", thing("b", 9, { status: "written" })],
  ])("but not when %s", ([, object]) => {
    const { store, told } = startStore();
    store.replace([thing("a", 2, { status: "told" })]);
    told();
    store.assume(object);

    expect(store.list().map(({ status }) => status)).toEqual(["told"]);
    expect(told()).toEqual([]);
  });

  test("a list from before it does not undo it", () => {
    const { store } = startStore();
    store.replace([thing("a", 2)]);
    store.assume(written);
    store.replace([thing("a", 3)]);

    expect(store.get("n/a")?.status).toBe("written");
  });
});

test("whoever waits for the first list is let go by it, or by its signal", async () => {
  const { store } = startStore();
  const stop = new AbortController();
  const impatient = store.whenSynced(stop.signal);
  stop.abort(new Error("enough"));
  await expect(impatient).rejects.toThrow("enough");

  const patient = store.whenSynced(new AbortController().signal);
  expect(store.isSynced).toBe(false);
  store.replace([]);
  await patient;
  expect(store.isSynced).toBe(true);
});

test("whatever happens, a handler that keeps count has what the store has", () => {
  const object = fc
    .tuple(fc.constantFrom("a", "b", "c"), fc.nat(20), fc.constantFrom("u1", "u2"))
    .map(([name, version, uid]) => thing(name, version, {}, uid));
  const step = fc.oneof(
    fc.record({ put: object }),
    fc.record({ remove: object }),
    fc.record({ assume: object }),
    fc.record({ replace: fc.uniqueArray(object, { selector: ({ metadata }) => metadata.name }) }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { store } = startStore();
      const counted = new Map<string | undefined, string | undefined>();
      store.subscribe(({ type, object: { metadata } }) => {
        expect(counted.has(metadata.name)).toBe(type !== "add");
        if (type === "delete") counted.delete(metadata.name);
        else counted.set(metadata.name, metadata.uid);
      });
      for (const each of steps) {
        if ("put" in each) store.put(each.put);
        else if ("remove" in each) store.remove(each.remove);
        else if ("assume" in each) store.assume(each.assume);
        else store.replace(each.replace);
      }

      const held = store.list().map(({ metadata }) => [metadata.name, metadata.uid] as const);
      expect(new Map(held)).toEqual(counted);
    }),
  );
});
