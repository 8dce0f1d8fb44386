import { setTimeout as delay } from "node:timers/promises";
import { parse } from "yaml";
import { validateManifest } from "../../controller/api/v1alpha1/validate.ts";
import type {
  SecuredFunctionBackend,
  SecuredFunctionBackendStatus,
} from "../../controller/api/v1alpha1/types.generated.ts";
import { connectToAzure, type AzureOptions } from "../../controller/azure/connect.ts";
import type { Door } from "../../controller/azure/door.ts";
import { Gateways } from "../../controller/reconcile/gateway.ts";
import { ownerOf } from "../../controller/reconcile/claim.ts";
import { reconcile, type Surroundings } from "../../controller/reconcile/reconcile.ts";
import type { Pass } from "../../controller/reconcile/report.ts";
import type { Owner } from "../../controller/safeguards/owner-marker.ts";
import { EMPTY_SNAPSHOT, type Snapshot } from "../../controller/reconcile/snapshot.ts";
import type { Simulator } from "../../simulator/simulator.ts";

/** The example of the README, as people write it. */
export const ORDERS = `
apiVersion: securedbackend.dev/v1alpha1
kind: SecuredFunctionBackend
metadata: { name: orders, namespace: shop, generation: 1 }
spec:
  functionApp: { subscriptionId: 11111111-1111-4111-8111-111111111111, resourceGroup: shop, name: orders-func }
  apis:
    - { subscriptionId: 11111111-1111-4111-8111-111111111111, resourceGroup: shop, serviceName: contoso-apim, name: orders }
  registration: { clientId: 33333333-3333-4333-8333-333333333333 }
  verification: { gateway: [{ api: orders, path: /health }] }
`;

/** A valid object from a manifest, with some of its spec replaced. */
export function backend(
  spec: Record<string, unknown> = {},
  manifest: string = ORDERS,
): SecuredFunctionBackend {
  const document = parse(manifest) as { spec: Record<string, unknown> };
  const result = validateManifest({ ...document, spec: { ...document.spec, ...spec } });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.object;
}

/** The loop against a simulator, with everything it remembers in plain sight. */
export class TestOperator {
  object: SecuredFunctionBackend;
  snapshot: Snapshot = EMPTY_SNAPSHOT;
  readonly passes: Pass[] = [];
  /** Operators of different installations see each other by their markers only. */
  installation = "here";
  /** Added to the real time, in milliseconds. */
  clockSkewInMs = 0;
  readonly #open: ReturnType<typeof connectToAzure>;
  /** Added to the time by which what lies around is kept, in milliseconds. */
  gatewayClockSkewInMs = 0;
  /** What is known of services; another operator's, where the two share them. */
  readonly gateways: Gateways;

  constructor(
    { variables }: Pick<Simulator, "variables">,
    object = backend(),
    azure: Partial<AzureOptions> = {},
    gateways?: Gateways,
  ) {
    this.object = object;
    this.gateways = gateways ?? new Gateways(() => Date.now() + this.gatewayClockSkewInMs);
    this.#open = connectToAzure({
      authorityHost: variables["AZURE_AUTHORITY_HOST"] ?? "",
      tenantId: variables["AZURE_TENANT_ID"],
      clientId: variables["AZURE_CLIENT_ID"],
      federatedTokenFile: variables["AZURE_FEDERATED_TOKEN_FILE"],
      armEndpoint: variables["AZURE_RESOURCE_MANAGER_ENDPOINT"] ?? "",
      armAudience: variables["AZURE_RESOURCE_MANAGER_AUDIENCE"] ?? "",
      graphEndpoint: variables["AZURE_GRAPH_ENDPOINT"] ?? "",
      userAgent: "sfb-test",
      timeoutInMs: 2000,
      callTimeoutInMs: 2000,
      ...azure,
    });
  }

  get status(): SecuredFunctionBackendStatus {
    return this.object.status ?? {};
  }

  get owner(): Owner {
    return ownerOf(this.object, this.installation);
  }

  /** The state of a condition in one line, for a reader of a failed test. */
  condition(type: string): string {
    const found = this.status.conditions?.find((condition) => condition.type === type);
    return found === undefined ? "absent" : `${found.status} ${found.reason}: ${found.message}`;
  }

  /** The way to Azure of one pass. */
  door(signal: AbortSignal = AbortSignal.timeout(20_000)): Door {
    return this.gateways.sharing(this.#open(signal));
  }

  /** One pass, in a sweep of its own. */
  async pass(overrides: Partial<Surroundings> = {}): Promise<Pass> {
    this.gateways.beginSweep();
    return await this.passWithinSweep(overrides);
  }

  /** One pass, in the sweep that has begun. */
  async passWithinSweep(overrides: Partial<Surroundings> = {}): Promise<Pass> {
    const pass = await reconcile(this.object, {
      door: this.door(),
      gateways: this.gateways,
      snapshots: {
        load: async () => this.snapshot,
        store: async (snapshot) => {
          this.snapshot = structuredClone(snapshot);
        },
      },
      now: Date.now() + this.clockSkewInMs,
      settleTimeInMs: 60_000,
      owner: this.owner,
      ...overrides,
    });
    this.object = { ...this.object, status: structuredClone(pass.status) };
    this.passes.push(pass);
    return pass;
  }

  /** Passes until nothing is left to do by itself, as a queue would run them. */
  async settle(overrides: Partial<Surroundings> = {}): Promise<Pass> {
    for (let count = 0; count < 40; count += 1) {
      const pass = await this.pass(overrides);
      if (pass.next.kind === "resync") return pass;
      if (pass.next.kind !== "at once") await delay(100);
    }
    throw new Error(`not settled: ${this.condition("Ready")}`);
  }
}
