import { isDeepStrictEqual } from "node:util";
import type { AzureScopeGrant } from "../api/v1alpha1/grant-types.generated.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { judgeGrant } from "../grants/judge-grant.ts";
import { judgeResource, type GrantsFor } from "../grants/judge-resource.ts";
import { keyOf, type KubernetesObject } from "../kubernetes/object.ts";
import type { StoreEvent, StoreReader } from "../kubernetes/store.ts";
import type { Place } from "../kubernetes/work-queue.ts";
import { conflictOf } from "../reconcile/ownership.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import { ClaimIndex } from "./claim-index.ts";
import { readGrants, type StoredGrants } from "./stored-grants.ts";
import { readStored } from "./stored-backend.ts";
import { isSomebodysChange, placeOfNew } from "./wake.ts";

/** What the watches show. */
export interface Caches {
  /** One for the whole cluster, or one for each namespace that is looked after. */
  readonly backends: readonly StoreReader<SecuredFunctionBackend>[];
  readonly grants: StoreReader<AzureScopeGrant>;
  readonly namespaces: StoreReader<KubernetesObject>;
}

/** The one object that holds all grants. */
const GRANTS_KEY = "cluster";

const AFFECTED: Place = { lane: "user" };
/** Somebody who edits often gets a few passes, not one for each edit. */
const SETTLE_IN_MS = 250;

/** Asks for a pass over an object, after so long. */
export type Ask = (key: string, inMs: number, place: Place) => void;

/**
 * Every object of the cluster, with what decides whether it may be worked on at all: the rules of this
 * version, the grants, and others with a better claim. Only objects that are granted have a claim: a
 * tenant must not be able to stop another by naming his function.
 */
export class BackendRegister {
  readonly #caches: Caches;
  readonly #claims = new ClaimIndex();

  constructor(caches: Caches) {
    this.#caches = caches;
  }

  /** An object as it is known last. */
  get(key: string): SecuredFunctionBackend | undefined {
    return this.#caches.backends
      .map((store) => store.get(key))
      .find((found) => found !== undefined);
  }

  list(): readonly SecuredFunctionBackend[] {
    return this.#caches.backends.flatMap((store) => store.list());
  }

  /** Takes in what the API server answered to a write. */
  assume(object: SecuredFunctionBackend): void {
    for (const store of this.#caches.backends) store.assume(object);
  }

  /** Why an object must not be worked on, found without a look at Azure. */
  vetoOn(object: SecuredFunctionBackend): Obstacle | undefined {
    return this.#refusalOf(object) ?? conflictOf(object, this.#rivalsOf(object));
  }

  /** Why what an object, or one of its name before it, wrote into a resource must not be given back. */
  vetoOnResource(object: SecuredFunctionBackend, resource: string): Obstacle | undefined {
    return judgeResource(object.spec, resource, this.#grantsFor(object));
  }

  /** Has the queue asked for every object that something happened to, from now on. */
  follow(ask: Ask): void {
    for (const store of this.#caches.backends) {
      store.subscribe((event) => this.#onBackend(event, ask));
    }
    const judgeAnew = (event: StoreEvent<KubernetesObject>) => {
      if (!event.initial) this.#wakeJudgedOtherwise(ask);
    };
    this.#caches.grants.subscribe(judgeAnew);
    this.#caches.namespaces.subscribe((event) => {
      if (areLabelsChanged(event)) judgeAnew(event);
    });
  }

  #onBackend({ type, object: stored, old }: StoreEvent<SecuredFunctionBackend>, ask: Ask): void {
    const key = keyOf(stored);
    if (type === "update" && old !== undefined && !isSomebodysChange(stored, old)) return;
    const before = this.#claims.rivalsOf(key);
    const { object, obstacle } = readStored(stored);
    if (type === "delete" || obstacle !== undefined) this.#claims.drop(key);
    else this.#claims.take(key, object);
    if (type === "add") ask(key, 0, placeOfNew(object));
    if (type === "update") ask(key, SETTLE_IN_MS, AFFECTED);
    // Who stood back may not have to any more, and who did not may have to now.
    const isClaimMoved = type === "delete" || (old !== undefined && hasOtherClaims(stored, old));
    // Whoever has no grant had no claim: he must not have others looked at by what he does.
    const hadClaim = [stored, old].some((each) => each !== undefined && this.#hasClaim(each));
    const rivals =
      isClaimMoved && hadClaim ? new Set([...before, ...this.#claims.rivalsOf(key)]) : [];
    for (const rival of rivals) ask(rival, SETTLE_IN_MS, AFFECTED);
  }

  #wakeJudgedOtherwise(ask: Ask): void {
    for (const stored of this.list()) {
      const wasRefused = stored.status?.conditions?.some(
        ({ type, reason }) => type === "Stalled" && reason === "ScopeNotGranted",
      );
      const { object, obstacle } = readStored(stored);
      const isRefused = obstacle === undefined && this.#refusalOf(object) !== undefined;
      if (isRefused === (wasRefused ?? false)) continue;
      const key = keyOf(stored);
      for (const each of [key, ...this.#claims.rivalsOf(key)]) ask(each, SETTLE_IN_MS, AFFECTED);
    }
  }

  #refusalOf(object: SecuredFunctionBackend): Obstacle | undefined {
    const { labels, grants } = this.#grantsFor(object);
    return this.#storedGrants.obstacle ?? judgeGrant(object, labels, grants);
  }

  #grantsFor({ metadata }: SecuredFunctionBackend): GrantsFor {
    const { namespace } = metadata;
    const { labels } = this.#caches.namespaces.get(namespace)?.metadata ?? {};
    return { namespace, labels, grants: this.#storedGrants.grants };
  }

  get #storedGrants(): StoredGrants {
    return readGrants(this.#caches.grants.get(GRANTS_KEY));
  }

  #rivalsOf(object: SecuredFunctionBackend): readonly SecuredFunctionBackend[] {
    return this.#claims.rivalsOf(keyOf(object)).flatMap((key) => {
      const rival = this.get(key);
      return rival !== undefined && this.#hasClaim(rival) ? [readStored(rival).object] : [];
    });
  }

  #hasClaim(stored: SecuredFunctionBackend): boolean {
    const { object, obstacle } = readStored(stored);
    return obstacle === undefined && this.#refusalOf(object) === undefined;
  }
}

/** A new object is the youngest and wins against nobody; an old one may come to name something else. */
function hasOtherClaims({ spec }: SecuredFunctionBackend, old: SecuredFunctionBackend): boolean {
  return (
    !isDeepStrictEqual(spec.apis, old.spec.apis) ||
    !isDeepStrictEqual(spec.functionApp, old.spec.functionApp) ||
    !isDeepStrictEqual(spec.registration, old.spec.registration) ||
    !isDeepStrictEqual(spec.identity, old.spec.identity)
  );
}

function areLabelsChanged({ object, old, type }: StoreEvent<KubernetesObject>): boolean {
  if (type !== "update") return true;
  return !isDeepStrictEqual(object.metadata.labels, old?.metadata.labels);
}
