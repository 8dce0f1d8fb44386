import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { departed } from "../manifests/departed.ts";
import type { Manifest } from "../manifests/manifest.ts";
import { keyOf } from "../manifests/object-key.ts";
import type { Rounds } from "../manifests/rounds.ts";
import type { Front } from "./front.ts";
import type { WatchEvent } from "./watch-events.ts";

/** Who is watched: those whose manifest is valid, or was before it became invalid. */
export class Residents {
  readonly #rounds: Rounds;
  readonly #tell: (event: WatchEvent) => void;
  #manifests: readonly Manifest[] = [];
  #problems: readonly string[] = [];

  constructor(rounds: Rounds, tell: (event: WatchEvent) => void) {
    this.#rounds = rounds;
    this.#tell = tell;
  }

  /**
   * Takes in what was read; the last valid version of what became invalid stays.
   * @returns the objects that were released.
   */
  async update(front: Front): Promise<readonly SecuredFunctionBackend[]> {
    this.#tellProblems(front);
    const gone = departed(this.#manifests, front);
    for (const { object } of gone) {
      this.#rounds.drop(object);
      const message =
        "its manifest has gone, so it is no longer reconciled; Azure stays as it is (sfb delete tells more)";
      this.#tell({ event: "released", object: keyOf(object), message });
    }
    for (const { object } of front.manifests) await this.#rounds.take(object);
    const isReplaced = (old: Manifest) =>
      front.manifests.some(({ object }) => keyOf(object) === keyOf(old.object));
    const kept = this.#manifests.filter((old) => !gone.includes(old) && !isReplaced(old));
    this.#manifests = [...kept, ...front.manifests];
    return gone.map(({ object }) => object);
  }

  /** Each problem once, as long as it lasts. */
  #tellProblems({ problems }: Front): void {
    const texts = problems.map((problem) => JSON.stringify(problem));
    for (const [index, problem] of problems.entries()) {
      if (!this.#problems.includes(texts[index] ?? ""))
        this.#tell({ event: "problem", ...problem });
    }
    this.#problems = texts;
  }
}
