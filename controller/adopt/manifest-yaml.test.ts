import { expect, test } from "vitest";
import { parse } from "yaml";
import { manifest } from "../../test/support/manifest.ts";
import { KUBECTL_YAML } from "../manifests/kubectl-yaml.ts";
import type { Adoption } from "./build-manifest.ts";
import { manifestYaml } from "./manifest-yaml.ts";

test("names that kubectl would take for something else are quoted, in the remarks too", () => {
  const adopted = manifest(({ spec }) => {
    Object.assign(spec.functionApp, { resourceGroup: "0310" });
    Object.assign(spec.apis[0] ?? {}, { name: "on" });
  }) as unknown as Adoption["manifest"];

  const text = manifestYaml({ manifest: adopted, remarks: [] });

  expect(parse(text, KUBECTL_YAML)).toEqual(adopted);
  expect(text).toMatch(/# +- api: "on"\n/u);
});
