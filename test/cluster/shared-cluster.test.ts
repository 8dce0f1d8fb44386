import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import shareCluster from "./shared-cluster.ts";

const NOTHING = join(import.meta.dirname, "no-such-folder");

afterEach(() => {
  vi.restoreAllMocks();
});

test("without binaries there is no cluster, which is said at the end", async () => {
  await using folder = await temporaryFolder();
  vi.stubEnv("XDG_CACHE_HOME", folder.path);
  vi.stubEnv("KUBEBUILDER_ASSETS", NOTHING);
  vi.stubEnv("SFB_REQUIRE_CLUSTER", undefined);
  const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
  const provide = vi.fn<(key: string, value: unknown) => void>();

  const tearDown = await shareCluster({ provide });
  await tearDown();

  expect(provide.mock.calls).toEqual([["cluster", null]]);
  expect(warn.mock.calls.join("\n")).toMatch(
    /NOT TESTED IN A CLUSTER: There is no etcd, no kube-/u,
  );
});

test("with SFB_REQUIRE_CLUSTER=1 that fails the run", async () => {
  await using folder = await temporaryFolder();
  vi.stubEnv("XDG_CACHE_HOME", folder.path);
  vi.stubEnv("KUBEBUILDER_ASSETS", NOTHING);
  vi.stubEnv("SFB_REQUIRE_CLUSTER", "1");

  await expect(shareCluster({ provide: () => undefined })).rejects.toThrow(
    /NOT TESTED IN A CLUSTER: .*no helm.*cluster:install/u,
  );
});
