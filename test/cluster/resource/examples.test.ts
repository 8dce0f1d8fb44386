import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { CommandLine } from "../../support/command-line.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { PROJECT_ROOT } from "../../support/project.ts";

const EXAMPLES = join(PROJECT_ROOT, "examples");
const INVALID = join(EXAMPLES, "invalid");
/** The first line of each invalid example: the field to blame, and a part of what is said of it. */
const EXPECTATION = /^# expect: (?<path>[^:\n]+)/u;

describeInCluster("the examples", (cluster) => {
  let namespace: string;
  let plan: string;

  beforeAll(async () => {
    namespace = await cluster.namespace("examples");
    await using sfb = await CommandLine.open();
    await sfb.useExample("invalid");
    plan = (await sfb.run("plan", "-f", "invalid")).stderr;
  });

  const apply = (file: string) =>
    cluster.tryKubectl(["apply", "--dry-run=server", "-n", namespace, "-f", "-"], {
      input: readFileSync(file, "utf8").replace(/^ {2}namespace: .*$/mu, ""),
    });

  test.each([...manifestsIn(EXAMPLES), ...manifestsIn(EXAMPLES, "grants")])(
    "%s is accepted",
    async (name) => {
      expect(await apply(join(EXAMPLES, name))).toMatchObject({ exitCode: 0, stderr: "" });
    },
  );

  test.each(manifestsIn(INVALID))("invalid/%s is refused for the same field", async (name) => {
    const path = blamedField(join(INVALID, name));
    // What is no kind of ours, kubectl does not even send.
    const blamed = ["kind", "apiVersion"].includes(path) ? "no matches for kind" : path;

    const { exitCode, stderr } = await apply(join(INVALID, name));

    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(blamed) });
  });

  test.each(manifestsIn(EXAMPLES, "grants/invalid"))(
    "%s is refused for the same field",
    async (name) => {
      const { exitCode, stderr } = await apply(join(EXAMPLES, name));

      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining(blamedField(join(EXAMPLES, name))),
      });
    },
  );

  // A plan of a folder leaves out what is of another kind.
  test.each(manifestsIn(INVALID).filter((name) => name !== "wrong-kind.yaml"))(
    "invalid/%s is refused by sfb plan too",
    (name) => {
      const said = plan.split("\n").filter((line) => line.includes(`/${name}:`));
      expect(said).toContainEqual(
        expect.stringContaining(` ${blamedField(join(INVALID, name))}: `),
      );
    },
  );
});

function blamedField(file: string): string {
  const path = EXPECTATION.exec(readFileSync(file, "utf8"))?.groups?.["path"];
  if (path === undefined) throw new Error(`${file} does not begin with # expect: <field>`);
  return path;
}

/** The manifests in a folder, by their path from `root`. */
function manifestsIn(root: string, folder = ""): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name));
}
