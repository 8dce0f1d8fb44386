import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import * as grants from "../../../controller/api/v1alpha1/grant-schema.generated.ts";
import { RESOURCE_SCHEMA } from "../../../controller/api/v1alpha1/schema.generated.ts";
import type { StructuralSchema } from "../../../controller/api/v1alpha1/structural-schema.ts";
import type { SecuredFunctionBackend } from "../../../controller/api/v1alpha1/types.generated.ts";
import {
  validateGrant,
  validateManifest,
  type ValidationResult,
} from "../../../controller/api/v1alpha1/validate.ts";
import type { Answer } from "../cluster.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { mutate, mutations, type Mutation } from "./mutations.ts";
import { PROJECT_ROOT } from "../../support/project.ts";

const EXAMPLES = join(PROJECT_ROOT, "examples");
const RUNS = Number(process.env["SFB_VERDICT_RUNS"] ?? 300);
/** On a busy machine. */
const LONGEST_IN_MS = 300_000;
const GROUP = "/apis/securedbackend.dev/v1alpha1";
/** The metadata that is the user's own. */
const METADATA = {
  labels: { team: "orders", "app.kubernetes.io/part-of": "shop" },
  annotations: { "example.com/note": "Ours." },
  finalizers: ["example.com/held"],
};
const STRICT = "dryRun=All&fieldValidation=Strict";

describeInCluster("a manifest, judged offline and by the API server", (cluster) => {
  test(
    "gets the same verdict and the same defaults",
    async () => {
      const namespace = await cluster.namespace("verdicts");
      const collection = `${GROUP}/namespaces/${namespace}/securedfunctionbackends`;
      await fc.assert(
        fc.asyncProperty(changed(examplesIn(EXAMPLES), RESOURCE_SCHEMA), async (manifest) => {
          const answer = await cluster.call("POST", `${collection}?${STRICT}`, manifest as object);
          expect(offline(validateManifest(manifest))).toEqual(online(answer));
        }),
        { numRuns: RUNS },
      );
    },
    LONGEST_IN_MS,
  );

  test(
    "gets the same verdict as a change of an object",
    async () => {
      const namespace = await cluster.namespace("verdicts");
      const collection = `${GROUP}/namespaces/${namespace}/securedfunctionbackends`;
      const [manifest] = examplesIn(EXAMPLES);
      const stored = await cluster.call("POST", collection, manifest as object);
      const previous = stored.body as SecuredFunctionBackend;
      const { apiVersion, kind, metadata, spec } = previous;
      await fc.assert(
        fc.asyncProperty(changed([{ spec }], RESOURCE_SCHEMA), async (change) => {
          const update = { apiVersion, kind, metadata, ...(change as object) };
          const path = `${collection}/${metadata.name}?${STRICT}`;
          const answer = await cluster.call("PUT", path, update);
          expect(offline(validateManifest(update, previous))).toEqual(online(answer));
        }),
        { numRuns: RUNS },
      );
    },
    LONGEST_IN_MS,
  );

  test(
    "gets the same verdict and the same defaults, as a grant",
    async () => {
      const manifests = examplesIn(join(EXAMPLES, "grants"));
      const collection = `${GROUP}/azurescopegrants`;
      // There can be one only, and a creation is what is tried.
      await cluster.call("DELETE", `${collection}/cluster`);
      await fc.assert(
        fc.asyncProperty(changed(manifests, grants.RESOURCE_SCHEMA), async (manifest) => {
          const answer = await cluster.call("POST", `${collection}?${STRICT}`, manifest as object);
          expect(offline(validateGrant(manifest))).toEqual(online(answer));
        }),
        { numRuns: RUNS },
      );
    },
    LONGEST_IN_MS,
  );
});

/** One of the manifests, with up to four changes. */
function changed(manifests: readonly unknown[], schema: StructuralSchema): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...manifests), fc.array(mutations, { maxLength: 4 }))
    .map(([manifest, changes]) =>
      changes.reduce<unknown>((so, change: Mutation) => mutate(so, schema, change), manifest),
    );
}

/** The spec with its defaults, or that it was refused. */
function offline(verdict: ValidationResult<{ readonly spec: unknown }>): unknown {
  return verdict.ok ? verdict.object.spec : "refused";
}

function online({ status, body }: Answer): unknown {
  if (status === 200 || status === 201) return (body as { spec: unknown }).spec;
  return status === 400 || status === 422 ? "refused" : body;
}

/** The manifests in a folder, without a namespace: where a request goes is in its path. */
function examplesIn(folder: string): readonly unknown[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  return files.map((name) => {
    const { metadata, ...rest } = parse(readFileSync(join(folder, name), "utf8")) as {
      metadata: { namespace?: string };
    };
    const { namespace: _, ...named } = metadata;
    return { ...rest, metadata: { ...named, ...METADATA } };
  });
}
