import { MANIFEST, type Scene } from "./scene.ts";

/** How long a difference may last from the look at it to its correction. */
const LONGEST_CORRECTION_IN_MS = 20_000;
const LONGEST_START_IN_MS = 10_000;

/** `sfb watch` at work; disposing it asks it to stop, and checks that it does. */
export interface Watch extends AsyncDisposable {
  /** Has it look now, and shows that it tells each difference and puts it right. */
  showCorrection(paths: readonly string[]): Promise<void>;
}

/** Starts `sfb watch` and waits for its first look. */
export async function startWatch({ stage, sfb, requestLook }: Scene): Promise<Watch> {
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
