/** A manifest under construction: its known parts can be changed at will, also into what is not allowed. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown>;
  spec: {
    functionApp: Record<string, unknown>;
    apis: Record<string, unknown>[];
    registration: Record<string, unknown>;
  };
}

/** The smallest valid manifest, with `change` made to it. Each call gives a new one. */
export function manifest(change: (draft: Manifest) => unknown = () => undefined): Manifest {
  const draft: Manifest = {
    apiVersion: "securedbackend.dev/v1alpha1",
    kind: "SecuredFunctionBackend",
    metadata: { name: "orders", namespace: "shop" },
    spec: {
      functionApp: {
        subscriptionId: "11111111-1111-4111-8111-111111111111",
        resourceGroup: "shop",
        name: "orders-func",
      },
      apis: [
        {
          subscriptionId: "11111111-1111-4111-8111-111111111111",
          resourceGroup: "shop",
          serviceName: "contoso-apim",
          name: "orders",
        },
      ],
      registration: { clientId: "33333333-3333-4333-8333-333333333333" },
    },
  };
  change(draft);
  return draft;
}
