import { parse, stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { SecuredFunctionBackend } from "../../../controller/api/v1alpha1/types.generated.ts";
import { judgeGrant } from "../../../controller/grants/judge-grant.ts";
import { aBackend, STRANGER } from "../../support/builders.ts";
import { aGrant, SHOP_SCOPE } from "../../support/grants.ts";
import { readExample } from "../../support/project.ts";
import type { Ended } from "../../support/command-line.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { GuardedCluster } from "./guarded-cluster.ts";

const BANK_SCOPE = SHOP_SCOPE.replace("shop", "bank");
const BANK_IDENTITY = `${BANK_SCOPE}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/bank-caller`;

/** The example under construction. */
interface Draft {
  metadata: Record<string, unknown>;
  spec: {
    functionApp: Record<string, unknown>;
    apis: Record<string, unknown>[];
    registration: Record<string, unknown>;
    [field: string]: unknown;
  };
}

const { spec: SPEC } = aBackend();

/** All that a tenant has in his namespace: its objects, their status too, as careless roles give it. */
const TENANT_ROLE = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: { name: "tenant" },
  rules: [
    {
      apiGroups: ["securedbackend.dev"],
      resources: ["*"],
      verbs: ["*"],
    },
  ],
};

describeInCluster("a tenant who may write objects in one namespace", () => {
  let guarded: GuardedCluster;
  let namespace: string;
  let bank: string;
  let kubeconfig: string;
  const grants = () => [
    aGrant({ namespaces: { names: [namespace] } }),
    aGrant({
      name: "bank",
      namespaces: { names: [bank] },
      scopes: [BANK_SCOPE],
      audiences: { clientIds: [STRANGER.clientId], managedRegistrations: "Allow" },
      identities: { systemAssigned: "Allow", userAssigned: [BANK_IDENTITY] },
    }),
  ];

  beforeAll(async () => {
    guarded = await GuardedCluster.start();
    namespace = await guarded.namespace();
    bank = await guarded.namespace();
    const { cluster } = guarded;
    const input = JSON.stringify(TENANT_ROLE);
    await cluster.kubectl(["apply", "-n", namespace, "-f", "-"], { input });
    const token = await cluster.serviceAccountToken(namespace, "tenant");
    kubeconfig = await cluster.kubeconfig({ token });
    const account = `--serviceaccount=${namespace}:tenant`;
    const bind = ["create", "rolebinding", "tenant", "--role=tenant", account, "-n", namespace];
    await cluster.kubectl(bind);
    await vi.waitFor(() => cluster.kubectl(["get", "sfb", "-n", namespace], { kubeconfig }), {
      timeout: 20_000,
    });
    await guarded.grant(grants());
  }, 90_000);
  afterAll(() => guarded[Symbol.asyncDispose]());

  /** What becomes of the tenant's kubectl with this input. */
  async function asTenant(args: readonly string[], input = ""): Promise<Ended> {
    return await guarded.cluster.tryKubectl(args, { kubeconfig, input });
  }

  async function manifest(change: (draft: Draft) => void = () => undefined): Promise<string> {
    const draft = readExample("orders.yaml") as Draft;
    draft.metadata["namespace"] = namespace;
    change(draft);
    return stringify(draft);
  }

  async function remove(): Promise<void> {
    await guarded.cluster.kubectl(["delete", "sfb", "--all", "-n", namespace]);
  }

  test("has what he is granted", async () => {
    expect(await asTenant(["apply", "-f", "-"], await manifest())).toMatchObject({ exitCode: 0 });
    await remove();
  });

  const MINTING: Record<string, (draft: Draft) => void> = {
    "the audience of another team": ({ spec }) => {
      spec.registration["clientId"] = STRANGER.clientId;
    },
    "a registration that is managed for him": ({ spec }) => {
      spec.registration = {};
    },
    "the identity of another team": ({ spec }) => {
      spec["identity"] = { type: "UserAssigned", resourceId: BANK_IDENTITY };
    },
  };
  const REACHING: Record<string, (draft: Draft) => void> = {
    "the function of another team": ({ spec }) => {
      spec.functionApp["resourceGroup"] = "bank";
    },
    "a function in another subscription": ({ spec }) => {
      spec.functionApp["subscriptionId"] = STRANGER.principalId;
    },
    "a resource group that begins as his own": ({ spec }) => {
      spec.functionApp["resourceGroup"] = "shop2";
    },
    "the API of another team": ({ spec }) => {
      spec.apis.push({ ...spec.apis[0], resourceGroup: "bank" });
    },
    "a whole grant of another team": ({ spec }) => {
      spec.functionApp["resourceGroup"] = "bank";
      spec.apis = spec.apis.map((api) => ({ ...api, resourceGroup: "bank" }));
      spec.registration["clientId"] = STRANGER.clientId;
    },
  };

  describe.each([
    { aim: "make the gateway mint a token with", ways: MINTING },
    { aim: "reach", ways: REACHING },
  ])("cannot $aim", ({ ways }) => {
    test.each(Object.entries(ways))("%s", async (_way, change) => {
      const attempt = await manifest(change);

      for (const flags of [[], ["--server-side"]]) {
        const { exitCode, stderr } = await asTenant(["apply", ...flags, "-f", "-"], attempt);
        expect({ exitCode, stderr }).toEqual({
          exitCode: 1,
          stderr: expect.stringMatching(/forbidden[\s\S]*no grant for namespace/u),
        });
      }
      expect((await asTenant(["get", "sfb", "-n", namespace, "-o", "name"])).stdout).toBe("");
      // Where the door is open, as without the policy, the controller stands still.
      const object = parse(attempt) as SecuredFunctionBackend;
      const spec = { ...SPEC, ...object.spec };
      expect(judgeGrant({ ...object, spec }, {}, grants())).toMatchObject({
        kind: "blocked",
        reason: "ScopeNotGranted",
      });
    });

    test.each(Object.entries(ways))("%s, by changing what he has", async (_way, change) => {
      await guarded.cluster.kubectl(["apply", "-f", "-"], { input: await manifest() });
      const { stderr } = await asTenant(["apply", "-f", "-"], await manifest(change));
      // Another function is refused as such: it cannot be changed.
      expect(stderr).toMatch(/no grant for namespace|is immutable/u);
      await remove();
    });
  });

  test.each([
    ["Microsoft Graph", "00000003-0000-0000-c000-000000000000"],
    ["Azure Key Vault", "cfa8b339-82a2-471a-a3c9-0fc0be7a4093"],
  ])(
    "cannot make the gateway mint a token for %s, which nobody can be granted",
    async (_service, id) => {
      const granted = aGrant({ audiences: { clientIds: [id], managedRegistrations: "Deny" } });
      await expect(guarded.grant([granted])).rejects.toThrow(/application of Microsoft's own/u);

      const asked = await manifest(({ spec }) => {
        spec.registration["clientId"] = id;
      });
      expect((await asTenant(["apply", "-f", "-"], asked)).stderr).toMatch(
        /application of Microsoft's own/u,
      );
    },
  );

  test("cannot climb out of an API to the policy of the whole service", async () => {
    const climbing = await manifest(({ spec }) => {
      spec.apis = spec.apis.map((api) => ({ ...api, name: ".." }));
      delete spec["verification"];
    });
    expect((await asTenant(["apply", "-f", "-"], climbing)).stderr).toMatch(
      /lead out of the APIs/u,
    );
  });

  describe("cannot read a secret", () => {
    test("of his own or another namespace, by asking for it", async () => {
      for (const place of [namespace, bank, "kube-system"]) {
        expect((await asTenant(["get", "secrets", "-n", place])).stderr).toMatch(/Forbidden/u);
      }
    });

    test.each([
      [
        "in another namespace",
        { name: "key", key: "key", namespace: "kube-system" },
        /unknown field/u,
      ],
      ["by a path", { name: "../../kube-system/secrets/key", key: "key" }, /should match/u],
      ["by a path in its key", { name: "key", key: "../key" }, /should match/u],
    ])("%s, by having the controller send it", async (_how, subscriptionKeySecretRef, refusal) => {
      const asked = await manifest(({ spec }) => {
        const check = { api: "orders", path: "/health", subscriptionKeySecretRef };
        spec["verification"] = { gateway: [check] };
      });
      expect((await asTenant(["apply", "-f", "-"], asked)).stderr).toMatch(refusal);
    });
  });

  describe("cannot grant himself anything", () => {
    test("by writing grants, or by reading those of others", async () => {
      const verbs = ["get", "list", "create", "update", "patch", "delete"];
      const answers = await Promise.all(
        verbs.map((verb) => asTenant(["auth", "can-i", verb, "azurescopegrants"])),
      );
      expect(answers.map(({ stdout }) => stdout.trim())).toEqual(verbs.map(() => "no"));
    });

    test("by labels of his namespace, which he may not write", async () => {
      const { stderr } = await asTenant(["label", "namespace", namespace, "team=bank"]);
      expect(stderr).toMatch(/Forbidden/u);
    });

    test("by labels of his object", async () => {
      const labelled = await manifest((draft) => {
        draft.metadata["labels"] = { "kubernetes.io/metadata.name": bank, team: "bank" };
        MINTING["the audience of another team"]!(draft);
      });
      expect((await asTenant(["apply", "-f", "-"], labelled)).stderr).toMatch(/no grant/u);
    });
  });
});

describeInCluster("an object whose grant was withdrawn", () => {
  let guarded: GuardedCluster;
  beforeAll(async () => {
    guarded = await GuardedCluster.start();
  }, 60_000);
  afterAll(() => guarded[Symbol.asyncDispose]());

  /** A namespace with the example in it, held by a finalizer, and its grant. */
  async function grantedObject(): Promise<string> {
    const namespace = await guarded.namespace();
    await guarded.grant([aGrant({ namespaces: { names: [namespace] } })]);
    const draft = readExample("orders.yaml") as Draft;
    draft.metadata = { name: "orders", namespace, finalizers: ["example.com/held"] };
    draft.spec.apis.push({ ...draft.spec.apis[0], name: "stock" });
    draft.spec["deletionPolicy"] = "Restore";
    await guarded.cluster.kubectl(["apply", "-f", "-"], { input: stringify(draft) });
    return namespace;
  }

  async function patch(namespace: string, change: object): Promise<Ended> {
    const args = ["patch", "sfb", "orders", "-n", namespace, "--type=merge"];
    return await guarded.cluster.tryKubectl([...args, "-p", JSON.stringify(change)]);
  }

  test("asks for nothing new", async () => {
    const namespace = await grantedObject();
    await guarded.grant([]);

    const registration = { clientId: STRANGER.clientId };
    const { stderr } = await patch(namespace, { spec: { registration } });

    expect(stderr).toMatch(/no grant is for namespace/u);
  });

  test.each([
    { how: "its entry is gone", withdraw: () => guarded.grant([]) },
    { how: "there are no grants at all", withdraw: () => guarded.withdrawAll() },
  ])("can be narrowed and released when $how", async ({ withdraw }) => {
    const namespace = await grantedObject();
    await withdraw();

    const narrowed = await patch(namespace, { spec: { apis: SPEC.apis } });
    const retained = await patch(namespace, { spec: { deletionPolicy: "Retain" } });
    await guarded.cluster.kubectl(["delete", "sfb", "orders", "-n", namespace, "--wait=false"]);
    const released = await patch(namespace, { metadata: { finalizers: null } });

    expect([narrowed, retained, released]).toMatchObject([
      { exitCode: 0 },
      { exitCode: 0 },
      { exitCode: 0 },
    ]);
    expect(await guarded.cluster.kubectl(["get", "sfb", "-n", namespace, "-o", "name"])).toBe("");
  });
});
