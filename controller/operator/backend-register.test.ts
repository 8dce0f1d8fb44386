import { describe, expect, test } from "vitest";
import { aBackend, aSpec, AUDIENCE, SUBSCRIPTION } from "../../test/support/builders.ts";
import { grantsObject } from "../../test/support/grants.ts";
import type { AzureScopeGrant, Grant } from "../api/v1alpha1/grant-types.generated.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { Store } from "../kubernetes/store.ts";
import { BackendRegister } from "./backend-register.ts";

const OTHER_AUDIENCE = "33333333-3333-4333-8333-33333333333b";

const IDENTITY = `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/caller`;

function aGrant(namespace: string): Grant {
  return {
    name: namespace,
    namespaces: { names: [namespace] },
    scopes: [`/subscriptions/${SUBSCRIPTION}`],
    audiences: { clientIds: [AUDIENCE, OTHER_AUDIENCE], managedRegistrations: "Allow" },
    identities: { systemAssigned: "Allow", userAssigned: [] },
  };
}

let version = 0;

/** An object as the API server stores it; `age` counts from the oldest. */
function stored(
  key: string,
  age: number,
  { functionApp = "orders-func", clientId = AUDIENCE, ...change }: Change = {},
): SecuredFunctionBackend {
  const [namespace = "", name = ""] = key.split("/");
  version += 1;
  return aBackend({
    metadata: {
      namespace,
      name,
      uid: key,
      generation: 1,
      resourceVersion: String(version),
      creationTimestamp: `2026-01-01T00:00:0${age}Z`,
      ...change.metadata,
    },
    spec: {
      functionApp: { ...aSpec().functionApp, name: functionApp },
      registration: { clientId, tokenVersion: "Auto" },
    },
    ...(change.status && { status: change.status }),
  });
}

interface Change {
  readonly functionApp?: string;
  readonly clientId?: string;
  readonly metadata?: Partial<SecuredFunctionBackend["metadata"]>;
  readonly status?: SecuredFunctionBackend["status"];
}

function aCluster(objects: readonly SecuredFunctionBackend[], grants: readonly Grant[]) {
  const make = <T extends KubernetesObject>(name: string, items: readonly T[]) => {
    const store = new Store<T>({
      name,
      onHandlerError: (error) => {
        throw error;
      },
    });
    store.replace(items);
    return store;
  };
  const storedGrants = (list: readonly Grant[]): AzureScopeGrant => {
    version += 1;
    const metadata = { name: "cluster", uid: "grants", resourceVersion: String(version) };
    return { ...grantsObject(list), metadata };
  };
  const backends = make("backends", objects);
  const grantsStore = make("grants", [storedGrants(grants)]);
  const names = [...new Set(objects.map(({ metadata }) => metadata.namespace))];
  const namespaces = make(
    "namespaces",
    names.map((name): KubernetesObject => ({
      metadata: { name, uid: name, resourceVersion: "1" },
    })),
  );
  const register = new BackendRegister({ backends: [backends], grants: grantsStore, namespaces });
  const asked: string[] = [];
  register.follow((key) => asked.push(key));
  return {
    register,
    backends,
    /** Who was asked for since the last time. */
    asked: () => asked.splice(0).toSorted(),
    grant: (list: readonly Grant[]) => grantsStore.put(storedGrants(list)),
    vetoOn: (key: string) => {
      const object = register.get(key);
      return object === undefined ? undefined : register.vetoOn(object)?.reason;
    },
  };
}

describe("the register of backends", () => {
  test("lets nobody in whom no grant covers, and grants nothing by itself", () => {
    expect(aCluster([stored("shop/a", 0)], []).vetoOn("shop/a")).toBe("ScopeNotGranted");
    expect(aCluster([stored("shop/a", 0)], [aGrant("shop")]).vetoOn("shop/a")).toBeUndefined();
  });

  test("grants that break the rules of this version grant nothing, and stop nothing else", () => {
    const broken = { ...aGrant("shop"), namespaces: { names: "all" } } as unknown as Grant;
    const { register, vetoOn } = aCluster([stored("shop/a", 0)], [aGrant("shop"), broken]);
    expect(vetoOn("shop/a")).toBe("ScopeNotGranted");
    const object = register.get("shop/a");
    expect(object && register.vetoOn(object)?.message).toMatch(/breaks the rules of this version/);
  });

  test("of two on one function the older wins, across namespaces", () => {
    const both = [stored("shop/a", 1), stored("stage/b", 0)];
    const { vetoOn } = aCluster(both, [aGrant("shop"), aGrant("stage")]);
    expect([vetoOn("shop/a"), vetoOn("stage/b")]).toEqual(["Conflict", undefined]);
  });

  test("an older one without a grant stops nobody: naming a function is no claim to it", () => {
    const both = [stored("shop/a", 1), stored("attacker/b", 0)];
    const { vetoOn } = aCluster(both, [aGrant("shop")]);
    expect([vetoOn("shop/a"), vetoOn("attacker/b")]).toEqual([undefined, "ScopeNotGranted"]);
  });

  test("an older one that breaks the rules of this version stops nobody either", () => {
    const broken = stored("shop/b", 0);
    Object.assign(broken.spec, { apis: "all" });
    const { vetoOn } = aCluster([stored("shop/a", 1), broken], [aGrant("shop")]);
    expect(vetoOn("shop/a")).toBeUndefined();
  });

  test("at the start everybody is asked for", () => {
    const { asked } = aCluster([stored("shop/a", 0), stored("shop/b", 1)], [aGrant("shop")]);
    expect(asked()).toEqual(["shop/a", "shop/b"]);
  });

  test("what somebody does to one object is not asked of those beside it", () => {
    const { asked, backends } = aCluster(
      [stored("shop/a", 0), stored("shop/b", 1, { functionApp: "other-func" })],
      [aGrant("shop")],
    );
    asked();
    backends.put(stored("shop/a", 0, { metadata: { generation: 2 } }));
    expect(asked()).toEqual(["shop/a"]);
    backends.put(stored("shop/a", 0, { metadata: { generation: 2 }, status: { driftCount: 1 } }));
    expect(asked()).toEqual([]);
  });

  test.each<{ name: string; change: (backends: Store<SecuredFunctionBackend>) => void }>([
    { name: "goes", change: (backends) => backends.remove(stored("shop/a", 0)) },
    {
      name: "comes to name another registration",
      change: (backends) =>
        backends.put(
          stored("shop/a", 0, { clientId: OTHER_AUDIENCE, metadata: { generation: 2 } }),
        ),
    },
    {
      name: "comes to call with another identity",
      change: (backends) => {
        const object = stored("shop/a", 0, { metadata: { generation: 2 } });
        const identity = {
          type: "UserAssigned" as const,
          management: "Ensure" as const,
          resourceId: IDENTITY,
        };
        backends.put({ ...object, spec: { ...object.spec, identity } });
      },
    },
  ])("when the winner $name, the loser is looked at again", ({ change }) => {
    const { asked, backends } = aCluster(
      [stored("shop/a", 0), stored("shop/b", 1)],
      [aGrant("shop")],
    );
    asked();
    change(backends);
    expect(asked()).toContain("shop/b");
  });

  test.each<{ name: string; change: (backends: Store<SecuredFunctionBackend>) => void }>([
    { name: "goes", change: (backends) => backends.remove(stored("attacker/b", 1)) },
    {
      name: "comes to name another registration",
      change: (backends) =>
        backends.put(
          stored("attacker/b", 1, { clientId: OTHER_AUDIENCE, metadata: { generation: 2 } }),
        ),
    },
  ])("when one without a grant $name, nobody is looked at again for it", ({ change }) => {
    const { asked, backends } = aCluster(
      [stored("shop/a", 0), stored("attacker/b", 1)],
      [aGrant("shop")],
    );
    asked();
    change(backends);
    expect(asked()).not.toContain("shop/a");
  });

  test("a new grant wakes those whom it lets in, and a lost one those whom it let in", () => {
    const refused: Change["status"] = {
      conditions: [
        {
          type: "Stalled",
          status: "True",
          reason: "ScopeNotGranted",
          message: "",
          lastTransitionTime: "2026-01-01T00:00:00Z",
        },
      ],
    };
    const { asked, grant, vetoOn } = aCluster(
      [stored("shop/a", 0), stored("stage/b", 1, { functionApp: "other-func", status: refused })],
      [aGrant("shop")],
    );
    asked();
    grant([aGrant("shop"), aGrant("stage")]);
    expect(asked()).toContain("stage/b");
    grant([aGrant("stage")]);
    expect(asked()).toContain("shop/a");
    expect(vetoOn("shop/a")).toBe("ScopeNotGranted");
  });

  test("what a predecessor of the same name wrote is given back only where it is granted now", () => {
    const object = stored("shop/a", 0);
    const { register } = aCluster([object], [aGrant("shop")]);
    const policy = (subscription: string) =>
      `/subscriptions/${subscription}/resourcegroups/shop/providers/microsoft.apimanagement/service/contoso-apim/apis/orders/policies/policy`;
    expect(register.vetoOnResource(object, policy(SUBSCRIPTION))).toBeUndefined();
    expect(register.vetoOnResource(object, policy(OTHER_AUDIENCE))?.reason).toBe("ScopeNotGranted");
  });
});
