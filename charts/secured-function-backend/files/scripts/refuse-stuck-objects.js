// Run before `helm uninstall` deletes the resource definitions: fails while an object has something to give back.
import { readFileSync } from "node:fs";

const {
  KUBERNETES_SERVICE_HOST: host,
  KUBERNETES_SERVICE_PORT: port = "443",
  TOKEN_FILE: tokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token",
} = process.env;
const PATH = "/apis/securedbackend.dev/v1alpha1/securedfunctionbackends";
const authority = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
const headers = { authorization: `Bearer ${readFileSync(tokenFile, "utf8").trim()}` };

async function* listObjects() {
  let next = "";
  do {
    const url = `https://${authority}${PATH}?limit=500&continue=${encodeURIComponent(next)}`;
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(30_000) });
    // The definition is gone already, and the objects with it.
    if (response.status === 404) return;
    if (!response.ok) throw new Error(`${PATH} answered ${response.status}`);
    const { items, metadata } = await response.json();
    yield* items;
    next = metadata.continue ?? "";
  } while (next !== "");
}

const held = [];
for await (const { metadata } of listObjects()) {
  if ((metadata.finalizers ?? []).length > 0) held.push(`${metadata.namespace}/${metadata.name}`);
}
if (held.length > 0) {
  console.error(
    `Not uninstalled: crds.keep is false, and ${held.length} objects have something to give back: ${held.slice(0, 20).join(", ")}. ` +
      "Delete them while the controller runs (kubectl delete sfb), or set their deletionPolicy to Retain, or set crds.keep to true; then uninstall again.",
  );
  process.exitCode = 1;
} else {
  console.log("No object has anything to give back.");
}
