import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MODULES_FOLDER, TOOLS, versionOf } from "./tools.ts";

test.each(TOOLS)("$name has a version, a program and checksums in its module", (tool) => {
  const folder = join(MODULES_FOLDER, tool.module);

  expect(versionOf(tool)).toMatch(/^\d+\.\d+\.\d+$/u);
  expect(readFileSync(join(folder, "go.mod"), "utf8")).toMatch(
    new RegExp(`^(tool )?\\s*${RegExp.escape(tool.program)}$`, "mu"),
  );
  expect(existsSync(join(folder, "go.sum"))).toBe(true);
});

test("the programs of Kubernetes are told their version, in both packages that know one", () => {
  const tool = TOOLS.find(({ name }) => name === "kube-apiserver");

  expect(tool?.settings?.("1.37.2")).toEqual(
    expect.arrayContaining([
      "k8s.io/component-base/version.gitVersion=v1.37.2",
      "k8s.io/client-go/pkg/version.gitVersion=v1.37.2",
      "k8s.io/client-go/pkg/version.gitMinor=37",
    ]),
  );
});
