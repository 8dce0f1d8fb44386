import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { CommandLine } from "../../support/command-line.ts";
import { describeInCluster } from "../describe-in-cluster.ts";

const EXAMPLES = join(import.meta.dirname, "../../../examples");
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

  test.each(manifestsIn(EXAMPLES))("%s is accepted", async (name) => {
    expect(await apply(join(EXAMPLES, name))).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test.each(manifestsIn(INVALID))("invalid/%s is refused for the same field", async (name) => {
    const path = blamedField(name);
    // What is no kind of ours, kubectl does not even send.
    const blamed = ["kind", "apiVersion"].includes(path) ? "no matches for kind" : path;

    const { exitCode, stderr } = await apply(join(INVALID, name));

    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(blamed) });
  });

  // A plan of a folder leaves out what is of another kind.
  test.each(manifestsIn(INVALID).filter((name) => name !== "wrong-kind.yaml"))(
    "invalid/%s is refused by sfb plan too",
    (name) => {
      const said = plan.split("\n").filter((line) => line.includes(`/${name}:`));
      expect(said).toContainEqual(expect.stringContaining(` ${blamedField(name)}: `));
    },
  );
});

function blamedField(name: string): string {
  const text = readFileSync(join(INVALID, name), "utf8");
  const path = EXPECTATION.exec(text)?.groups?.["path"];
  if (path === undefined) throw new Error(`${name} does not begin with # expect: <field>`);
  return path;
}

function manifestsIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".yaml"));
}
