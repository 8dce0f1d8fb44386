import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { binary, cachedBinary, describeMissing, envtestFolder, findBinary } from "./binaries.ts";
import { toolOf } from "./install/tools.ts";

test("KUBEBUILDER_ASSETS comes before what was built, and that before what was downloaded", async () => {
  await using folder = await temporaryFolder();
  const env = { XDG_CACHE_HOME: folder.path, KUBEBUILDER_ASSETS: join(folder.path, "assets") };
  const found = () => findBinary("kubectl", env);
  const places = [
    join(envtestFolder(env), "kubectl"),
    cachedBinary(toolOf("kubectl"), env),
    join(env.KUBEBUILDER_ASSETS, "kubectl"),
  ];
  expect(found()).toBeUndefined();
  for (const place of places) {
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, "", { mode: 0o755 });
    expect(found()).toBe(place);
  }
});

test("a file that cannot be run is none", async () => {
  await using folder = await temporaryFolder({ "assets/kubectl": "" });
  const env = { XDG_CACHE_HOME: folder.path, KUBEBUILDER_ASSETS: join(folder.path, "assets") };

  expect(findBinary("kubectl", env)).toBeUndefined();
});

test("what is missing is named, with where it was looked for and what to do", async () => {
  await using folder = await temporaryFolder({ "assets/etcd": "", "assets/kubectl": "" });
  const env = { XDG_CACHE_HOME: folder.path, KUBEBUILDER_ASSETS: join(folder.path, "assets") };
  for (const name of ["etcd", "kubectl"]) await chmod(join(folder.path, "assets", name), 0o755);

  expect(describeMissing(undefined, env)).toBe(
    `There is no kube-apiserver in KUBEBUILDER_ASSETS (${folder.path}/assets) or ` +
      `${folder.path}/secured-function-backend/cluster. \`npm run cluster:install\` puts them there.`,
  );
  expect(describeMissing(["etcd", "kubectl"], env)).toBeUndefined();
  expect(() => binary("helm", env)).toThrow(/There is no helm in .*cluster:install/u);
});
