import { SubscriptionKey } from "../azure/subscription-key.ts";
import { isJsonObject, type JsonObject } from "../azure/json.ts";

/** The type of Secret that keys are read from; of any other, nothing is read. */
export const KEY_SECRET_TYPE = "securedbackend.dev/subscription-key";

/** One entry of a Secret in the object's own namespace. */
export interface KeyReference {
  readonly name: string;
  readonly key: string;
}

/** Where subscription keys are kept: in a cluster its Secrets, without one a folder. */
export interface SubscriptionKeys {
  /** Reads the key anew each time, so that a new one is seen. Never throws. */
  find(namespace: string, reference: KeyReference): Promise<KeyLookup>;
}

export type KeyLookup =
  | { readonly kind: "found"; readonly key: SubscriptionKey }
  /** `message`: why, and what to do, without anything that the Secret holds. */
  | { readonly kind: "missing"; readonly message: string };

/** Where no place for keys is known. */
export const NO_KEYS: SubscriptionKeys = {
  find: async (namespace, { name }) =>
    missing(
      `Where Secret ${namespace}/${name} is kept is not known: say --keys DIR, and keep its manifest as DIR/${namespace}/${name}.yaml.`,
    ),
};

/**
 * The key in a Secret as Kubernetes writes it: `data` in base64, or `stringData` as it is.
 * @param secret any JSON; it is trusted with nothing.
 */
export function keyIn(secret: unknown, namespace: string, { name, key }: KeyReference): KeyLookup {
  const what = `Secret ${namespace}/${name}`;
  if (!isSecret(secret))
    return missing(`${what} is none: its kind must be Secret, its apiVersion v1.`);
  const metadata = isJsonObject(secret["metadata"]) ? secret["metadata"] : {};
  if (metadata["name"] !== name || metadata["namespace"] !== namespace) {
    return missing(`${what} has another name or namespace in its metadata.`);
  }
  if (secret["type"] !== KEY_SECRET_TYPE) {
    return missing(
      `${what} is not of type ${KEY_SECRET_TYPE}, and Secrets of other types are not read. Create one of that type.`,
    );
  }
  const value = entryOf(secret, key);
  if (value === undefined) return missing(`${what} has no entry ${key}.`);
  try {
    return { kind: "found", key: new SubscriptionKey(value) };
  } catch (error) {
    return missing(`Entry ${key} of ${what} ${(error as RangeError).message}.`);
  }
}

/** What is missing, in words. */
export function missing(message: string): KeyLookup {
  return { kind: "missing", message };
}

function isSecret(value: unknown): value is JsonObject {
  return isJsonObject(value) && value["kind"] === "Secret" && value["apiVersion"] === "v1";
}

/** As the API server does: `stringData` overrides `data`. */
function entryOf(secret: JsonObject, key: string): string | undefined {
  const plain = ownText(secret["stringData"], key);
  const encoded = ownText(secret["data"], key);
  if (plain !== undefined || encoded === undefined) return plain;
  return Buffer.from(encoded, "base64").toString("utf8");
}

function ownText(map: unknown, key: string): string | undefined {
  const value = isJsonObject(map) && Object.hasOwn(map, key) ? map[key] : undefined;
  return typeof value === "string" ? value : undefined;
}
