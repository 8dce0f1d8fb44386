import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { isJsonObject } from "../../../controller/api/v1alpha1/json-object.ts";
import { RESOURCE_SCHEMA } from "../../../controller/api/v1alpha1/schema.generated.ts";
import type { SecuredFunctionBackend } from "../../../controller/api/v1alpha1/types.generated.ts";
import {
  validateManifest,
  type ValidationResult,
} from "../../../controller/api/v1alpha1/validate.ts";
import type { Answer } from "../cluster.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { mutate, mutations, type Mutation } from "./mutations.ts";

const EXAMPLES = join(import.meta.dirname, "../../../examples");
const RUNS = Number(process.env["SFB_VERDICT_RUNS"] ?? 300);
/** On a busy machine. */
const LONGEST_IN_MS = 300_000;
const STRICT = "dryRun=All&fieldValidation=Strict";
const VALID = validManifests();

describeInCluster("a manifest, judged offline and by the API server", (cluster) => {
  let collection: string;

  beforeAll(async () => {
    const namespace = await cluster.namespace("verdicts");
    collection = `/apis/securedbackend.dev/v1alpha1/namespaces/${namespace}/securedfunctionbackends`;
  });

  test(
    "gets the same verdict and the same defaults",
    async () => {
      const manifests = fc
        .tuple(fc.constantFrom(...VALID), fc.array(mutations, { maxLength: 4 }))
        .map(([manifest, changes]) => mutateAll(manifest, changes));
      await fc.assert(
        fc.asyncProperty(manifests, async (manifest) => {
          const answer = await cluster.call("POST", `${collection}?${STRICT}`, manifest as object);
          const verdict = validateManifest(manifest);
          expect(offline(verdict)).toEqual(online(answer));
        }),
        { numRuns: RUNS },
      );
    },
    LONGEST_IN_MS,
  );

  test(
    "gets the same verdict as a change of an object",
    async () => {
      const [manifest] = VALID;
      const stored = await cluster.call("POST", collection, manifest as object);
      const previous = stored.body as SecuredFunctionBackend;
      const specs = fc
        .array(mutations, { minLength: 1, maxLength: 3 })
        .map((changes) => mutateAll({ spec: previous.spec }, changes));
      await fc.assert(
        fc.asyncProperty(specs, async (changed) => {
          const { apiVersion, kind, metadata } = previous;
          const update = { apiVersion, kind, metadata, ...(changed as object) };
          const path = `${collection}/${metadata.name}?${STRICT}`;
          const answer = await cluster.call("PUT", path, update);
          const verdict = validateManifest(update, previous);
          expect(offline(verdict)).toEqual(online(answer));
        }),
        { numRuns: RUNS },
      );
    },
    LONGEST_IN_MS,
  );
});

/** The spec with its defaults, or that it was refused. */
function offline(verdict: ValidationResult): unknown {
  return verdict.ok ? verdict.object.spec : "refused";
}

function online({ status, body }: Answer): unknown {
  if (status === 200 || status === 201) return (body as { spec: unknown }).spec;
  return status === 400 || status === 422 ? "refused" : body;
}

function mutateAll(manifest: unknown, changes: readonly Mutation[]): unknown {
  return changes.reduce((changed, change) => mutate(changed, RESOURCE_SCHEMA, change), manifest);
}

/** The examples, without a namespace: where a request goes is in its path. */
function validManifests(): readonly unknown[] {
  const files = readdirSync(EXAMPLES).filter((name) => name.endsWith(".yaml"));
  return files
    .map((name): unknown => parse(readFileSync(join(EXAMPLES, name), "utf8")))
    .filter((value) => isJsonObject(value) && value["kind"] === "SecuredFunctionBackend")
    .map((value) => {
      const { metadata, ...rest } = value as { metadata: { namespace?: string } };
      const { namespace: _, ...named } = metadata;
      return { ...rest, metadata: named };
    });
}
