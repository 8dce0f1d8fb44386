import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { siteId } from "../azure/resource-ids.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { isKind, KubernetesError, type KubernetesErrorKind } from "../kubernetes/errors.ts";
import {
  EMPTY_SNAPSHOT,
  parseSnapshot,
  SnapshotUnavailable,
  type Snapshot,
  type SnapshotStore,
} from "../reconcile/snapshot.ts";
import { SECRETS, type Secret } from "./resources.ts";

/** The type of the Secrets that hold snapshots. */
const SNAPSHOT_SECRET_TYPE = "securedbackend.dev/snapshot";

const ENTRY = "snapshot.json.gz";

/**
 * Snapshots in a cluster: one Secret for each object, in the operator's own namespace, where no tenant
 * reads what stood in a policy or changes what a restoration writes.
 *
 * A Secret belongs to a name and the Function App that it stands for: an object that is created anew
 * for the same function finds what its predecessor recorded, one for another function does not.
 */
export class SnapshotSecrets {
  readonly #client: KubernetesClient;
  readonly #namespace: string;
  readonly #assertMayWrite: () => void;

  /** @param assertMayWrite throws when this replica has lost the right to write. */
  constructor(client: KubernetesClient, namespace: string, assertMayWrite: () => void) {
    this.#client = client;
    this.#namespace = namespace;
    this.#assertMayWrite = assertMayWrite;
  }

  /** The store of one object, for one pass: what it writes rests on what it has read. */
  of(object: SecuredFunctionBackend): SnapshotStore {
    const name = snapshotName(object);
    let known: Secret | undefined;
    return {
      load: async () => {
        known = await this.#read(name).catch((cause: unknown) => unrecorded(name, cause));
        return known === undefined ? EMPTY_SNAPSHOT : snapshotIn(known);
      },
      store: async (snapshot) => {
        this.#assertMayWrite();
        const secret = this.#secretFor(object, snapshot);
        const writing =
          known === undefined
            ? this.#client.create(SECRETS, secret)
            : this.#client.replace(SECRETS, { ...secret, metadata: merged(secret, known) });
        known = await writing.catch((cause: unknown) => unrecorded(name, cause));
      },
    };
  }

  /** Forgets what was recorded for an object. Absent is success. @throws {SnapshotUnavailable} */
  async remove(object: SecuredFunctionBackend): Promise<void> {
    this.#assertMayWrite();
    const name = snapshotName(object);
    await this.#client
      .delete(SECRETS, { namespace: this.#namespace, name })
      .catch((cause: unknown) =>
        unavailable(cause, (why) => `Secret ${name} could not be removed (${why}).`),
      );
  }

  async #read(name: string): Promise<Secret | undefined> {
    try {
      return await this.#client.get(SECRETS, { namespace: this.#namespace, name });
    } catch (error) {
      if (isKind(error, "NotFound")) return undefined;
      throw error;
    }
  }

  #secretFor(object: SecuredFunctionBackend, snapshot: Snapshot): Secret {
    return {
      apiVersion: "v1",
      kind: "Secret",
      type: SNAPSHOT_SECRET_TYPE,
      metadata: {
        namespace: this.#namespace,
        name: snapshotName(object),
        labels: {
          "app.kubernetes.io/managed-by": "secured-function-backend",
          "securedbackend.dev/namespace": object.metadata.namespace,
          "securedbackend.dev/name": object.metadata.name,
        },
        annotations: { "securedbackend.dev/function-app": siteId(object.spec.functionApp) },
      },
      data: { [ENTRY]: gzipSync(JSON.stringify(snapshot)).toString("base64") },
    };
  }
}

/** Where an object's snapshot is kept. */
function snapshotName({
  metadata: { namespace, name },
  spec: { functionApp },
}: Pick<SecuredFunctionBackend, "metadata" | "spec">): string {
  const identity = [namespace, name, siteId(functionApp).toLowerCase()].join("\n");
  return `sfb-snapshot-${createHash("sha256").update(identity).digest("hex").slice(0, 32)}`;
}

/** What heals by itself must not look like something that a person has to mend. */
const MENDED_BY_PEOPLE: readonly KubernetesErrorKind[] = ["Forbidden", "Invalid", "NotFound"];

function unrecorded(name: string, cause: unknown): never {
  return unavailable(
    cause,
    (why) =>
      `What was there before could not be recorded in Secret ${name} (${why}), so nothing was written to Azure.`,
  );
}

function unavailable(cause: unknown, tell: (why: string) => string): never {
  if (!(cause instanceof KubernetesError)) throw cause;
  const isTransient = !MENDED_BY_PEOPLE.includes(cause.kind);
  const advice = isTransient
    ? "It is tried again."
    : "The controller's Role in its own namespace must allow get, create, update and delete of secrets.";
  throw new SnapshotUnavailable(`${tell(cause.message)} ${advice}`, { cause, isTransient });
}

/** @throws {TypeError} when it holds no snapshot: somebody changed it. */
function snapshotIn({ metadata: { name }, type, data }: Secret): Snapshot {
  const entry = data?.[ENTRY];
  if (type !== SNAPSHOT_SECRET_TYPE || entry === undefined) {
    throw new TypeError(`Secret ${name} holds no ${ENTRY} of type ${SNAPSHOT_SECRET_TYPE}`);
  }
  return parseSnapshot(JSON.parse(gunzipSync(Buffer.from(entry, "base64")).toString("utf8")));
}

function merged(secret: Secret, { metadata }: Secret): Secret["metadata"] {
  const { resourceVersion } = metadata;
  return { ...secret.metadata, ...(resourceVersion !== undefined && { resourceVersion }) };
}
