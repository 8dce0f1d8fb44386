import { stringify } from "yaml";

/** Who a kubeconfig signs in: by client certificate (PEM), or by bearer token. */
export type Credentials =
  | { readonly cert: string; readonly key: string }
  | { readonly token: string };

/** The text of a kubeconfig with one cluster and one user. */
export function kubeconfigOf(server: string, authority: string, credentials: Credentials): string {
  const user =
    "token" in credentials
      ? { token: credentials.token }
      : {
          "client-certificate-data": base64(credentials.cert),
          "client-key-data": base64(credentials.key),
        };
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "test", cluster: { server, "certificate-authority-data": base64(authority) } },
    ],
    users: [{ name: "test", user }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace: "default" } }],
    "current-context": "test",
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
