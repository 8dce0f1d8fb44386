import { describe, expect, test } from "vitest";
import { HAS_HELM, MINIMAL, ofKind, render, theOnly, type Manifest, type Values } from "./helm.ts";
import { PERMISSIONS, subscriptionKeys, type Rule } from "./permissions.ts";

const { objects, status, events, grants, namespaces, leases, snapshots } = PERMISSIONS;
const SUBJECT = {
  kind: "ServiceAccount",
  name: "sfb-secured-function-backend",
  namespace: "sfb-system",
};

interface Binding extends Pick<Manifest, "metadata"> {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: unknown;
}

/** What the controller's account may do, by namespace; `*` is everywhere. */
function permissionsOf(manifests: readonly Manifest[]): Readonly<Record<string, readonly Rule[]>> {
  const granted: Record<string, Rule[]> = {};
  const bindings = manifests.filter(({ kind }) => kind.endsWith("RoleBinding"));
  for (const binding of bindings as unknown as readonly Binding[]) {
    if (JSON.stringify(binding.subjects) !== JSON.stringify([SUBJECT])) continue;
    const role = manifests.find(
      ({ kind, metadata }) =>
        kind === binding.roleRef.kind &&
        metadata.name === binding.roleRef.name &&
        metadata.namespace === binding.metadata.namespace,
    );
    (granted[binding.metadata.namespace ?? "*"] ??= []).push(...(role?.rules as Rule[]));
  }
  return granted;
}

describe.skipIf(!HAS_HELM)("the controller may", () => {
  const cases: readonly [string, Values, Readonly<Record<string, readonly Rule[]>>][] = [
    [
      "look after all namespaces",
      {},
      {
        "*": [grants, namespaces, objects, status, events],
        "sfb-system": [leases, snapshots],
      },
    ],
    [
      "look after the namespaces it is given, and no others",
      { watchNamespaces: ["shop", "bank"] },
      {
        "*": [grants, namespaces],
        "sfb-system": [leases, snapshots],
        shop: [objects, status, events],
        bank: [objects, status, events],
      },
    ],
    [
      "read the subscription keys that are named, and no others",
      {
        watchNamespaces: ["shop"],
        subscriptionKeys: {
          enabled: true,
          secrets: [{ namespace: "shop", secretNames: ["orders-key", "returns-key"] }],
        },
      },
      {
        "*": [grants, namespaces],
        "sfb-system": [leases, snapshots],
        shop: [objects, status, events, subscriptionKeys(["orders-key", "returns-key"])],
      },
    ],
    [
      "read no subscription key while that is off",
      { subscriptionKeys: { secrets: [{ namespace: "shop", secretNames: ["orders-key"] }] } },
      {
        "*": [grants, namespaces, objects, status, events],
        "sfb-system": [leases, snapshots],
      },
    ],
    ["do nothing by the chart's roles, where others make them", { rbac: { create: false } }, {}],
  ];
  test.each(cases)("%s", (_, values, permissions) => {
    expect(permissionsOf(render({ ...MINIMAL, ...values }))).toEqual(permissions);
  });
});

describe.skipIf(!HAS_HELM)("people who may", () => {
  const roles = () =>
    ofKind(render(), "ClusterRole").filter(
      ({ metadata }) => metadata.labels?.["rbac.authorization.k8s.io/aggregate-to-edit"],
    );
  const allowed = (level: string) =>
    roles()
      .filter(
        ({ metadata }) =>
          metadata.labels?.[`rbac.authorization.k8s.io/aggregate-to-${level}`] === "true",
      )
      .flatMap(({ rules }) => rules as Rule[])
      .flatMap(({ resources, verbs }) =>
        resources.map((resource) => `${resource}: ${verbs.join()}`),
      );

  const READ = "get,list,watch";
  const reading = [`securedfunctionbackends: ${READ}`, `securedfunctionbackends/status: ${READ}`];
  const writing = "securedfunctionbackends: create,update,patch,delete,deletecollection";
  test.each([
    ["view", reading],
    ["edit", [...reading, writing]],
    ["admin", [...reading, writing]],
  ])("%s a namespace have objects of it, but neither status nor grants", (level, expected) => {
    expect(allowed(level)).toEqual(expected);
  });

  test("get nothing when that is turned off", () => {
    const manifests = render({ ...MINIMAL, rbac: { aggregate: false } });
    expect(theOnly(manifests, "ClusterRole").metadata.name).toBe(
      "sfb-system-sfb-secured-function-backend",
    );
  });
});
