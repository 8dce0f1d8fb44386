import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { validateGrant, validateManifest } from "../../controller/api/v1alpha1/validate.ts";
import { PROJECT_ROOT } from "../support/project.ts";
import { CHART } from "./helm.ts";

const { annotations, version, appVersion } = parse(
  readFileSync(join(CHART, "Chart.yaml"), "utf8"),
) as {
  annotations: Readonly<Record<string, string>>;
  version: string;
  appVersion: string;
};
const listIn = (annotation: string) =>
  parse(annotations[`artifacthub.io/${annotation}`] ?? "") as readonly Readonly<
    Record<string, string>
  >[];

test("the chart has the version of the project", () => {
  const { version: ours } = JSON.parse(
    readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"),
  ) as { version: string };
  expect({ version, appVersion }).toEqual({ version: ours, appVersion: ours });
});

test("the chart tells of every definition that it brings", () => {
  const brought = globSync("crds/*.yaml", { cwd: PROJECT_ROOT }).map((path) => {
    const { metadata, spec } = parse(readFileSync(join(PROJECT_ROOT, path), "utf8")) as {
      metadata: { name: string };
      spec: { names: { kind: string }; versions: readonly [{ name: string }] };
    };
    return `${metadata.name} ${spec.names.kind} ${spec.versions[0].name}`;
  });
  expect(
    listIn("crds")
      .map(({ name, kind, version }) => `${name} ${kind} ${version}`)
      .toSorted(),
  ).toEqual(brought.toSorted());
});

test("the examples in the chart's annotations are valid", () => {
  const [backend, grant] = listIn("crdsExamples");
  expect(validateManifest(backend)).toMatchObject({ ok: true });
  expect(validateGrant(grant)).toMatchObject({ ok: true });
});
