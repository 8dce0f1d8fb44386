import { chmod, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, type TemporaryFolder } from "../../support/temporary-folder.ts";
import { buildTool } from "./build.ts";
import { toolOf } from "./tools.ts";

/** A folder with a `go` that does what a script says; the binary's path is in `$out`. */
async function folderWithGo(script: string): Promise<TemporaryFolder> {
  const findOutput = 'while [ "$1" != -o ]; do shift; done; out=$2';
  const folder = await temporaryFolder({
    "bin/go": `#!/bin/sh\nall="$*"\n${findOutput}\n${script}\n`,
  });
  await chmod(join(folder.path, "bin/go"), 0o755);
  return folder;
}

const environmentOf = ({ path }: TemporaryFolder) => ({ PATH: `${path}/bin:/usr/bin:/bin` });

test("what the compiler makes is put in place, and nothing else is left", async () => {
  await using folder = await folderWithGo('echo "$PWD $GOTOOLCHAIN $CGO_ENABLED $all" > "$out"');
  const path = join(folder.path, "cache/helm");

  await buildTool(toolOf("helm"), path, environmentOf(folder));

  expect(await readFile(path, "utf8")).toMatch(
    /tools\/helm local 0 build -p 2 -trimpath -ldflags -s -w -X helm\.sh\/helm\/v4\/internal\/version\.version=v4\.\S+ -o \S+ helm\.sh\/helm\/v4\/cmd\/helm\n$/u,
  );
  expect(await readdir(join(folder.path, "cache"))).toEqual(["helm"]);
});

test("a compiler that fails is quoted, and leaves no half of a binary", async () => {
  await using folder = await folderWithGo(
    'echo half > "$out"; echo "go.mod requires go >= 1.26.0 (running go 1.22.2)" >&2; exit 1',
  );
  const path = join(folder.path, "cache/etcd");

  await expect(buildTool(toolOf("etcd"), path, environmentOf(folder))).rejects.toThrow(
    /etcd cannot be built from its Go module:\ngo\.mod requires go >= 1\.26\.0/u,
  );
  expect(await readdir(join(folder.path, "cache"))).toEqual([]);
});

test("without a compiler it is said what to do", async () => {
  await using folder = await temporaryFolder();
  const built = buildTool(toolOf("kubectl"), join(folder.path, "kubectl"), { PATH: folder.path });

  await expect(built).rejects.toThrow(/no `go` on the PATH.*Go 1\.26.*KUBEBUILDER_ASSETS/su);
});
