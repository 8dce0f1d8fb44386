import type { Keeper } from "../keeper.ts";
import type { Stage } from "../stage.ts";
import { MANIFEST, type User } from "./user.ts";

/** How long a difference may last from the look at it to its correction. */
const LONGEST_CORRECTION_IN_MS = 20_000;
const LONGEST_START_IN_MS = 30_000;

/** `sfb watch` at work; disposing it asks it to stop, and checks that it does. */
export interface Watch extends Keeper, AsyncDisposable {}

/** Starts `sfb watch` and waits for its first look. */
export async function startWatch(stage: Stage, { sfb, requestLook }: User): Promise<Watch> {
  const args = ["watch", "-f", MANIFEST];
  stage.chapter("Watch: from now on it is kept so");
  stage.say(`  $ sfb ${args.join(" ")}`);
  const command = sfb.start(args, (line) => stage.quote(line));
  stage.check(
    "it looks after shop/orders",
    await command.prints([/shop\/orders/], LONGEST_START_IN_MS),
  );
  return {
    showCorrection: async (paths) => {
      const printed = paths.map((path) =>
        command.prints(
          [lineWith("drift", path), lineWith("corrected", path)],
          LONGEST_CORRECTION_IN_MS,
        ),
      );
      await requestLook();
      for (const [index, isTold] of (await Promise.all(printed)).entries()) {
        stage.check(`told and put right: ${paths[index]}`, isTold);
      }
    },
    [Symbol.asyncDispose]: async () => {
      stage.chapter("The end: watch is asked to stop");
      stage.check("it stops by itself, exit code 0", (await command.stop()) === 0);
    },
  };
}

function lineWith(event: string, path: string): RegExp {
  return RegExp(`\\b${event}\\b.*${RegExp.escape(path)}`);
}
