import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { aGrant, grantsObject } from "../../support/grants.ts";
import { fencesOf, readPage } from "../../docs/pages.ts";
import { PROJECT_ROOT } from "../../support/project.ts";
import { runProgram } from "../../support/run-program.ts";
import { binary } from "../binaries.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { GuardedCluster } from "./guarded-cluster.ts";

/** The commands that the page shows, each with what it prints. */
function session(): { readonly command: string; readonly output: string }[] {
  const fence = fencesOf(readPage("docs/grants.md")).find(
    ({ language }) => language === "shellsession",
  );
  const commands = (fence?.text ?? "").split(/^\$ /mu).slice(1);
  return commands.map((text) => {
    const [command = "", ...lines] = text.trimEnd().split("\n");
    return { command, output: lines.join("\n") };
  });
}

describeInCluster("what docs/grants.md says", () => {
  let guarded: GuardedCluster;
  beforeAll(async () => {
    guarded = await GuardedCluster.start();
  }, 60_000);
  afterAll(() => guarded[Symbol.asyncDispose]());

  /** What a command prints that is typed in the project's folder. */
  async function run(command: string, kubeconfig: string): Promise<string> {
    const env = {
      PATH: `${dirname(binary("kubectl"))}:${process.env["PATH"]}`,
      HOME: guarded.cluster.access.folder,
      KUBECONFIG: kubeconfig,
    };
    const { stdout, stderr } = await runProgram("bash", ["-c", command], {
      cwd: PROJECT_ROOT,
      env,
    });
    return `${stdout}${stderr}`.trimEnd();
  }

  test("its session goes as it is shown", async () => {
    await guarded.withdrawAll();
    const kubeconfig = await guarded.cluster.kubeconfig();
    const commands = session();
    expect(commands.length).toBeGreaterThan(3);
    for (const { command, output } of commands) {
      // New grants reach the policy by a watch.
      await vi.waitFor(
        async () => {
          expect(await run(command, kubeconfig)).toBe(output);
        },
        { timeout: 20_000 },
      );
    }
  }, 60_000);

  test("each team owns its entry when it applies on the server side", async () => {
    const apply = async (team: string, ...names: string[]) => {
      const input = JSON.stringify(grantsObject(names.map((name) => aGrant({ name }))));
      const args = ["apply", "--server-side", `--field-manager=${team}`, "-f", "-"];
      await guarded.cluster.kubectl(args, { input });
      const list = ["get", "azurescopegrant", "cluster", "-o", "jsonpath={.spec.grants[*].name}"];
      return (await guarded.cluster.kubectl(list)).split(" ").sort();
    };
    await guarded.cluster.kubectl(["delete", "azurescopegrants", "--all"]);
    expect(await apply("shop", "shop")).toEqual(["shop"]);
    expect(await apply("bank", "bank", "bank-test")).toEqual(["bank", "bank-test", "shop"]);
    expect(await apply("bank", "bank")).toEqual(["bank", "shop"]);
    expect(await apply("shop")).toEqual(["bank"]);
    expect(await apply("bank")).toEqual([""]);
  });
});
