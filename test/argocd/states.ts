import type { SecuredFunctionBackend } from "../../controller/api/v1alpha1/types.generated.ts";
import { withValueAt } from "../../controller/azure/json.ts";
import { aBackend, aSpec } from "../support/builders.ts";
import { azureError, FakeAzure } from "../support/fake-azure.ts";
import { FakeOperator } from "../support/fake-operator.ts";

/** How an object may be found by a tool that looks at it, and what tools are to make of it. */
export interface KnownState {
  readonly name: string;
  readonly argo: "Healthy" | "Progressing" | "Degraded" | "Suspended";
  /** What Flux makes of it: kstatus, with the expressions in examples/flux/. */
  readonly flux: "Current" | "InProgress" | "Failed";
  /** The object with the status that the loop gave it. */
  readonly object: () => Promise<SecuredFunctionBackend>;
}

async function secured(): Promise<FakeOperator> {
  const operator = new FakeOperator(new FakeAzure());
  await operator.settle();
  return operator;
}

/** A person turns authentication off in the portal. */
function drift({ azure }: FakeOperator): void {
  azure.settings = withValueAt(azure.settings, "/platform/enabled", false);
}

/** A new generation of the spec, as the API server counts it. */
function edit(operator: FakeOperator, spec: Parameters<typeof aSpec>[0]): void {
  const { object } = operator;
  const generation = (object.metadata.generation ?? 0) + 1;
  operator.object = {
    ...object,
    metadata: { ...object.metadata, generation },
    spec: aSpec(spec),
  };
}

async function afterOnePass(operator: FakeOperator): Promise<SecuredFunctionBackend> {
  await operator.pass();
  return operator.object;
}

/** The states of an object's life, each reached by the loop itself on an Azure in memory. */
export const KNOWN_STATES: readonly KnownState[] = [
  {
    name: "new",
    argo: "Progressing",
    flux: "InProgress",
    object: async () => aBackend(),
  },
  {
    name: "rolling-out",
    argo: "Progressing",
    flux: "InProgress",
    object: async () => await afterOnePass(new FakeOperator(new FakeAzure())),
  },
  {
    name: "secured",
    argo: "Healthy",
    flux: "Current",
    object: async () => (await secured()).object,
  },
  {
    name: "edited",
    argo: "Progressing",
    flux: "InProgress",
    async object() {
      const operator = await secured();
      edit(operator, { resyncInterval: "5m" });
      return operator.object;
    },
  },
  {
    name: "drift-being-corrected",
    argo: "Progressing",
    flux: "InProgress",
    async object() {
      const operator = await secured();
      drift(operator);
      return await afterOnePass(operator);
    },
  },
  {
    name: "drift-observed",
    argo: "Degraded",
    flux: "Failed",
    async object() {
      const operator = await secured();
      edit(operator, { mode: "Observe" });
      drift(operator);
      return await afterOnePass(operator);
    },
  },
  {
    name: "missing-app",
    argo: "Degraded",
    flux: "Failed",
    async object() {
      const azure = new FakeAzure();
      azure.before = (call) => {
        if (call === "getSite") throw azureError("TargetNotFound", "Terminal", 404);
      };
      return await afterOnePass(new FakeOperator(azure));
    },
  },
  {
    name: "permission-missing",
    argo: "Degraded",
    flux: "Failed",
    async object() {
      const azure = new FakeAzure();
      azure.before = (call) => {
        if (call === "getService") throw azureError("PermissionMissing", "Terminal", 403);
      };
      return await afterOnePass(new FakeOperator(azure));
    },
  },
  {
    name: "throttled",
    argo: "Progressing",
    flux: "InProgress",
    async object() {
      const operator = await secured();
      operator.azure.before = (call) => {
        if (call === "getService") throw azureError("Throttled", "Wait", 429);
      };
      return await afterOnePass(operator);
    },
  },
  {
    name: "suspended",
    argo: "Suspended",
    flux: "Current",
    async object() {
      const operator = await secured();
      edit(operator, { suspend: true });
      return await afterOnePass(operator);
    },
  },
  {
    name: "deleted",
    argo: "Progressing",
    flux: "InProgress",
    async object() {
      const operator = await secured();
      edit(operator, { deletionPolicy: "Restore" });
      const { object } = operator;
      const deletionTimestamp = new Date(operator.now).toISOString();
      return { ...object, metadata: { ...object.metadata, deletionTimestamp } };
    },
  },
];
