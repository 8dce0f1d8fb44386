import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { EventRecorder } from "../kubernetes/event-recorder.ts";
import { addFinalizer, removeFinalizer } from "../kubernetes/finalizer.ts";
import { StatusWriter } from "../kubernetes/status-writer.ts";
import type { BackendRegister } from "./backend-register.ts";
import type { Pass } from "../reconcile/report.ts";
import type { Log } from "../telemetry/log.ts";
import { eventsOf, type PassEvent } from "./pass-events.ts";
import { BACKENDS } from "./resources.ts";

/** Holds the deletion of an object until what it took was given back. */
const RESTORE_FINALIZER = "securedbackend.dev/restore";
/** Owns the status, and no field that anybody else writes. */
const FIELD_MANAGER = "secured-function-backend";

export interface BookkeeperOptions {
  readonly client: KubernetesClient;
  readonly events: Pick<EventRecorder, "record">;
  /** Throws when this replica has lost the right to write. */
  readonly assertMayWrite: () => void;
  /** Where passes read from: it is told of what was written. */
  readonly register: Pick<BackendRegister, "get" | "assume">;
  readonly passMade: (object: SecuredFunctionBackend, pass: Pass) => void;
  readonly log: Pick<Log, "info">;
}

/** What the operator writes to the API server about an object: its status, its finalizer, events. */
export class Bookkeeper {
  readonly #options: BookkeeperOptions;
  readonly #status: StatusWriter<SecuredFunctionBackend>;

  constructor(options: BookkeeperOptions) {
    const { client, register: store } = options;
    this.#options = options;
    this.#status = new StatusWriter({
      client,
      resource: BACKENDS,
      fieldManager: FIELD_MANAGER,
      permit: options.assertMayWrite,
      store,
    });
  }

  /** Writes the status down, where it differs, and tells what happened, once it is written. */
  async writeDown(object: SecuredFunctionBackend, pass: Pass, signal: AbortSignal): Promise<void> {
    const { assertMayWrite, passMade } = this.#options;
    assertMayWrite();
    await this.#status.write(object, pass.status, signal);
    passMade(object, pass);
    for (const event of eventsOf(object, pass)) this.#tell(object, event);
  }

  /** Whether the object's deletion waits for us. */
  holds({ metadata }: SecuredFunctionBackend): boolean {
    return metadata.finalizers?.includes(RESTORE_FINALIZER) ?? false;
  }

  /** Has the object carry the finalizer exactly where its deletion is to give something back. */
  async keepFinalizer(object: SecuredFunctionBackend): Promise<void> {
    const isWanted = object.spec.deletionPolicy === "Restore";
    if (isWanted === this.holds(object)) return;
    await (isWanted ? this.#change(object, addFinalizer) : this.dropFinalizer(object));
  }

  /** Lets an object go; without finalizers of others it is gone then. */
  async dropFinalizer(object: SecuredFunctionBackend): Promise<void> {
    await this.#change(object, removeFinalizer);
  }

  /** Tells that everything was given back. */
  tellRestored(object: SecuredFunctionBackend, returned: readonly string[]): void {
    this.#tell(object, {
      type: "Normal",
      reason: "Restored",
      action: "Finalize",
      note: `What was there before was given back: ${returned.join(", ") || "nothing had been taken"}.`,
    });
  }

  #tell(object: SecuredFunctionBackend, event: PassEvent): void {
    const { events, log } = this.#options;
    events.record({ regarding: object, ...event });
    log.info({ reason: event.reason, outcome: event.action }, "told");
  }

  async #change(object: SecuredFunctionBackend, change: typeof addFinalizer): Promise<void> {
    const { client, assertMayWrite, register } = this.#options;
    assertMayWrite();
    const changed = await change(object, {
      client,
      resource: BACKENDS,
      finalizer: RESTORE_FINALIZER,
    });
    if (changed !== undefined) register.assume(changed);
  }
}
