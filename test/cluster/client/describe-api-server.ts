import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubernetesClient, WatchEvent } from "../../../controller/kubernetes/client.ts";
import type { KubernetesObject } from "../../../controller/kubernetes/object.ts";
import type { Resource } from "../../../controller/kubernetes/resource.ts";
import { compareResourceVersions } from "../../../controller/kubernetes/resource-version.ts";

/** A server that runs, and a client of it that may do everything. */
export interface ServerUnderTest extends AsyncDisposable {
  readonly client: KubernetesClient;
  /** An empty namespace. */
  readonly namespace: string;
  /** A resource that a definition made; its `spec` has no defaults that matter here. */
  readonly custom: { readonly resource: Resource<WithStatus>; readonly spec: object };
}

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** What Deployments and our own resource have in common. */
interface WithStatus extends KubernetesObject {
  readonly spec?: object;
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { readonly type: string }[];
  };
}

const CONFIG_MAPS: Resource<ConfigMap> = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  isNamespaced: true,
};
const DEPLOYMENTS: Resource<WithStatus> = {
  group: "apps",
  version: "v1",
  plural: "deployments",
  kind: "Deployment",
  isNamespaced: true,
};
const DEPLOYMENT = {
  replicas: 1,
  selector: { matchLabels: { app: "x" } },
  template: {
    metadata: { labels: { app: "x" } },
    spec: { containers: [{ name: "x", image: "x" }] },
  },
};

/**
 * What the runtime relies on an API server for. It runs against the real one and against our fake, so that
 * what is shown with the fake holds.
 */
export function describeApiServer(name: string, start: () => Promise<ServerUnderTest>): void {
  describe(`${name} serves what the runtime rests on`, () => {
    let server: ServerUnderTest;
    let client: KubernetesClient;
    let namespace: string;

    beforeAll(async () => {
      server = await start();
      ({ client, namespace } = server);
    });
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
    });

    const configMap = (name: string, more: Partial<ConfigMap> = {}): ConfigMap => ({
      ...more,
      metadata: { name, namespace, ...more.metadata },
    });
    const create = (name: string, more?: Partial<ConfigMap>) =>
      client.create(CONFIG_MAPS, configMap(name, more));
    test("a created object has an identity, and cannot be created twice", async () => {
      const made = await create("twice", { data: { a: "1" } });

      expect(made).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", data: { a: "1" } });
      expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(made.metadata.resourceVersion).toMatch(/^[1-9]\d*$/);
      expect(await client.get(CONFIG_MAPS, { namespace, name: "twice" })).toMatchObject(made);
      await expect(create("twice")).rejects.toMatchObject({ kind: "AlreadyExists", code: 409 });
    });

    test("a name can be left to the server", async () => {
      const metadata = { generateName: "ours-", namespace };
      const made = await client.create(CONFIG_MAPS, { metadata });

      expect(made.metadata.name).toMatch(/^ours-\w{5}$/);
    });

    test("what is not there is not found, and may be deleted", async () => {
      const absent = { namespace, name: "absent" };

      await expect(client.get(CONFIG_MAPS, absent)).rejects.toMatchObject({ kind: "NotFound" });
      await expect(client.mergePatch(CONFIG_MAPS, absent, {})).rejects.toMatchObject({
        kind: "NotFound",
      });
      await expect(client.delete(CONFIG_MAPS, absent)).resolves.toBeUndefined();
    });

    test("whoever replaces an old state is refused", async () => {
      const first = await create("raced");
      const second = await client.replace(CONFIG_MAPS, { ...first, data: { by: "one" } });

      const late = client.replace(CONFIG_MAPS, { ...first, data: { by: "another" } });
      await expect(late).rejects.toMatchObject({ kind: "Conflict", code: 409 });
      expect(await client.get(CONFIG_MAPS, { namespace, name: "raced" })).toMatchObject({
        data: { by: "one" },
        metadata: { resourceVersion: second.metadata.resourceVersion },
      });
    });

    test("versions grow with each write, and stay where nothing changes", async () => {
      const { metadata: first } = await create("counted");
      const name = { namespace, name: "counted" };
      const { metadata: second } = await client.mergePatch(CONFIG_MAPS, name, { data: { a: "1" } });
      const same = await client.mergePatch(CONFIG_MAPS, name, { data: { a: "1" } });

      const order = compareResourceVersions(first.resourceVersion, second.resourceVersion);
      expect(order).toBeLessThan(0);
      expect(same.metadata.resourceVersion).toBe(second.resourceVersion);
    });

    test("a merge patch changes what it names, unless the object has changed", async () => {
      const first = await create("patched", { data: { a: "1", b: "2" } });
      const name = { namespace, name: "patched" };
      const second = await client.mergePatch(CONFIG_MAPS, name, { data: { a: null, c: "3" } });
      expect(second.data).toEqual({ b: "2", c: "3" });

      const { resourceVersion } = first.metadata;
      const late = client.mergePatch(CONFIG_MAPS, name, {
        metadata: { resourceVersion },
        data: {},
      });
      await expect(late).rejects.toMatchObject({ kind: "Conflict" });
    });

    test("a list comes in pages, in order, of one version, with types", async () => {
      const labels = { suite: "pages" };
      for (const name of ["p3", "p1", "p5", "p2", "p4"])
        await create(name, { metadata: { labels } });
      const query = { namespace, labelSelector: "suite=pages", limit: 2 };
      const pages = [await client.list(CONFIG_MAPS, query)];
      for (let next = pages[0]?.metadata.continue; next; next = pages.at(-1)?.metadata.continue) {
        pages.push(await client.list(CONFIG_MAPS, { ...query, continue: next }));
      }

      const names = pages.map(({ items }) => items.map(({ metadata }) => metadata.name));
      expect(names).toEqual([["p1", "p2"], ["p3", "p4"], ["p5"]]);
      expect(new Set(pages.map(({ metadata }) => metadata.resourceVersion)).size).toBe(1);
      expect(pages[0]?.items[0]).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
    });

    test("a list can be narrowed by a name", async () => {
      await create("wanted");
      const { items } = await client.list(CONFIG_MAPS, {
        namespace,
        fieldSelector: "metadata.name=wanted",
      });

      expect(items.map(({ metadata }) => metadata.name)).toEqual(["wanted"]);
    });

    test("a delete of another than the one that was meant is refused", async () => {
      const { metadata } = await create("mistaken");
      const name = { namespace, name: "mistaken" };

      const mistake = client.delete(CONFIG_MAPS, { ...name, uid: UNKNOWN_UID });
      await expect(mistake).rejects.toMatchObject({ kind: "Conflict" });
      await client.delete(CONFIG_MAPS, { ...name, uid: metadata.uid ?? "" });
      await expect(client.get(CONFIG_MAPS, name)).rejects.toMatchObject({ kind: "NotFound" });
    });

    test("a finalizer holds an object that is deleted", async () => {
      const finalizers = ["example.com/held"];
      await create("held", { metadata: { finalizers } });
      const name = { namespace, name: "held" };
      await client.delete(CONFIG_MAPS, name);
      const held = await client.get(CONFIG_MAPS, name);
      expect(held.metadata).toMatchObject({ finalizers, deletionTimestamp: expect.any(String) });

      await client.mergePatch(CONFIG_MAPS, name, { metadata: { finalizers: null } });
      await expect(client.get(CONFIG_MAPS, name)).rejects.toMatchObject({ kind: "NotFound" });
    });

    test("a watch tells what happened since, in order, and ends when it is due", async () => {
      const { metadata: list } = await client.list(CONFIG_MAPS, { namespace, limit: 1 });
      const name = { namespace, name: "watched" };
      await create("watched");
      await client.mergePatch(CONFIG_MAPS, name, { data: { a: "1" } });
      const query = { namespace, resourceVersion: list.resourceVersion, timeoutSeconds: 2 };
      const events = await client.watch(CONFIG_MAPS, query, new AbortController().signal);
      await client.delete(CONFIG_MAPS, name);

      const told = (await Array.fromAsync(events)).filter(isChange);
      expect(told.map(({ type, object }) => [type, object.kind, object.metadata.name])).toEqual([
        ["ADDED", "ConfigMap", "watched"],
        ["MODIFIED", "ConfigMap", "watched"],
        ["DELETED", "ConfigMap", "watched"],
      ]);
      const versions = told.map(({ object }) => object.metadata.resourceVersion);
      expect(versions).toEqual([...new Set(versions)].sort(bySize));
    });

    test("a watch ends with its signal", async () => {
      const stop = new AbortController();
      const query = { namespace, timeoutSeconds: 300 };
      const events = await client.watch(CONFIG_MAPS, query, stop.signal);
      stop.abort();

      await expect(Array.fromAsync(events)).rejects.toMatchObject({ kind: "Aborted" });
    });

    test("a generation counts what is desired, and nothing else", async () => {
      const name = { namespace, name: "generations" };
      await client.create(DEPLOYMENTS, { metadata: name, spec: DEPLOYMENT });
      const generationAfter = async (patch: object) =>
        (await client.mergePatch(DEPLOYMENTS, name, patch)).metadata.generation;

      expect(await generationAfter({ metadata: { labels: { a: "b" } } })).toBe(1);
      expect(await generationAfter({ spec: { replicas: 2 } })).toBe(2);
      expect(await generationAfter({ status: { observedGeneration: 7 } })).toBe(2);
      expect((await client.get(DEPLOYMENTS, name)).status?.observedGeneration).not.toBe(7);
    });

    test("another uid is no change that a patch may make", async () => {
      await create("renamed");
      const name = { namespace, name: "renamed" };
      const patch = { metadata: { uid: UNKNOWN_UID } };

      await expect(client.mergePatch(CONFIG_MAPS, name, patch)).rejects.toMatchObject({
        kind: "Invalid",
      });
    });

    describe.for(["a built-in resource", "a custom resource"])("the status of %s", (which) => {
      const resource = () => (which === "a custom resource" ? server.custom.resource : DEPLOYMENTS);
      const spec = () => (which === "a custom resource" ? server.custom.spec : DEPLOYMENT);
      const make = (name: string) =>
        client.create(resource(), { metadata: { name, namespace }, spec: spec() });
      const apply = (object: WithStatus, fieldManager: string, ...types: string[]) => {
        const status = { conditions: types.map(conditionOf) };
        return client.applyStatus(resource(), { ...object, status }, { fieldManager });
      };
      const typesOf = ({ status }: WithStatus) =>
        status?.conditions?.map(({ type }) => type).sort();

      test("is what its managers last said, each for himself", async () => {
        const made = await make("shared");
        await apply(made, "ours", "A", "B");
        await apply(made, "theirs", "C");
        const last = await apply(made, "ours", "B");

        expect(typesOf(last)).toEqual(["B", "C"]);
        expect(last.spec).toEqual(made.spec);
        expect(last.metadata).toMatchObject({ generation: 1, uid: made.metadata.uid });
      });

      test("that says the same again writes nothing", async () => {
        const made = await make("unchanged");
        const first = await apply(made, "ours", "A");
        const second = await apply(made, "ours", "A");

        expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      });

      test("is written although somebody else has changed the object", async () => {
        const made = await make("busy");
        const name = { namespace, name: "busy" };
        await client.mergePatch(resource(), name, { metadata: { labels: { a: "b" } } });
        const last = await apply(made, "ours", "A");

        expect(typesOf(last)).toEqual(["A"]);
        expect(last.metadata.labels).toEqual({ a: "b" });
      });

      test("of an object that has gone creates none", async () => {
        const made = await make("gone");
        await client.delete(resource(), { namespace, name: "gone" });

        await expect(apply(made, "ours", "A")).rejects.toMatchObject({ kind: "NotFound" });
      });

      test.for([true, false])(
        "of an object that was made anew is not the new one's (its version known: %s)",
        async (isVersionKnown) => {
          const metadata = { name: `anew-${isVersionKnown}`, namespace };
          const name = { ...metadata };
          const old = await client.create(resource(), { metadata, spec: spec() });
          await client.delete(resource(), name);
          await client.create(resource(), { metadata, spec: spec() });
          const { resourceVersion: _version, ...unversioned } = old.metadata;
          const late = isVersionKnown ? old : { ...old, metadata: unversioned };

          await expect(apply(late, "ours", "A")).rejects.toMatchObject({ kind: "Conflict" });
          expect(typesOf(await client.get(resource(), name)) ?? []).toEqual([]);
        },
      );
    });
  });
}

const UNKNOWN_UID = "00000000-0000-4000-8000-000000000000";

function conditionOf(type: string): { readonly type: string } {
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  return { type, status: "True", reason: "Test", message: "", lastTransitionTime } as {
    readonly type: string;
  };
}

type Change<T extends KubernetesObject> = Extract<
  WatchEvent<T>,
  { type: "ADDED" | "MODIFIED" | "DELETED" }
>;

function isChange<T extends KubernetesObject>(event: WatchEvent<T>): event is Change<T> {
  return event.type !== "BOOKMARK" && event.type !== "ERROR";
}

function bySize(a: string | undefined, b: string | undefined): number {
  return compareResourceVersions(a, b) ?? Number.NaN;
}
