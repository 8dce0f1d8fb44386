/** What somebody may do, as RBAC writes it. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/**
 * Everything the controller may do in a cluster, and what for. The chart's roles are held to this table, and
 * the table to what the controller does in test/cluster/controller/rights.test.ts.
 */
export const PERMISSIONS = {
  /** Watches objects, and patches the finalizer in their metadata; reads one anew when somebody else was faster. */
  objects: {
    apiGroups: ["securedbackend.dev"],
    resources: ["securedfunctionbackends"],
    verbs: ["get", "list", "watch", "patch"],
  },
  status: {
    apiGroups: ["securedbackend.dev"],
    resources: ["securedfunctionbackends/status"],
    verbs: ["patch"],
  },
  /** Tells what it did. */
  events: { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
  /** Which namespaces may name which Azure scopes. */
  grants: {
    apiGroups: ["securedbackend.dev"],
    resources: ["azurescopegrants"],
    verbs: ["list", "watch"],
  },
  /** The labels that grants go by, and the uid of kube-system, which tells clusters apart. */
  namespaces: { apiGroups: [""], resources: ["namespaces"], verbs: ["list", "watch"] },
  /** In its own namespace only. */
  leases: {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    verbs: ["get", "create", "update"],
  },
  /** Snapshots, in its own namespace only; it knows their names, so it lists none. */
  snapshots: {
    apiGroups: [""],
    resources: ["secrets"],
    verbs: ["get", "create", "update", "delete"],
  },
} as const satisfies Record<string, Rule>;

/** Reads the named Secrets of a tenant, where a value asks for it. */
export function subscriptionKeys(resourceNames: readonly string[]): Rule {
  return { apiGroups: [""], resources: ["secrets"], resourceNames, verbs: ["get"] };
}
