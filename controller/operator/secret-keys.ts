import type { KubernetesClient } from "../kubernetes/client.ts";
import { KubernetesError } from "../kubernetes/errors.ts";
import {
  KEY_SECRET_TYPE,
  keyIn,
  missing,
  type KeyLookup,
  type KeyReference,
  type SubscriptionKeys,
} from "../verify/subscription-keys.ts";
import { SECRETS } from "./resources.ts";

/** Subscription keys in a cluster: Secrets in the object's own namespace, read when a call needs one. */
export class SecretKeys implements SubscriptionKeys {
  readonly #client: KubernetesClient;

  constructor(client: KubernetesClient) {
    this.#client = client;
  }

  async find(namespace: string, reference: KeyReference): Promise<KeyLookup> {
    try {
      const secret = await this.#client.get(SECRETS, { namespace, name: reference.name });
      return keyIn({ apiVersion: "v1", kind: "Secret", ...secret }, namespace, reference);
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error;
      return missing(adviceFor(error, `Secret ${namespace}/${reference.name}`));
    }
  }
}

function adviceFor({ kind, message }: KubernetesError, what: string): string {
  if (kind === "NotFound") return `${what} does not exist. Create it, of type ${KEY_SECRET_TYPE}.`;
  if (kind === "Forbidden") {
    return `The controller may not read ${what}: name it in the chart's value subscriptionKeys, which grants that one Secret.`;
  }
  return `${what} could not be read: ${message}`;
}
