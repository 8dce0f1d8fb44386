import { apiReference, functionAppReference } from "../adopt/references.ts";
import type {
  ApiReference,
  FunctionAppReference,
  ObjectMetadata,
} from "../api/v1alpha1/types.generated.ts";
import { apiId, sameResource } from "../azure/resource-ids.ts";
import { CONFIG_OPTIONS, readConfig, type Config } from "../config.ts";
import { readFormat } from "./front-arguments.ts";
import { UsageError } from "../usage-error.ts";

export const ADOPT_OPTIONS = {
  "function-app": { type: "string" },
  api: { type: "string", multiple: true },
  name: { type: "string" },
  namespace: { type: "string" },
  output: { type: "string", short: "o" },
  help: { type: "boolean", short: "h" },
  "request-timeout": CONFIG_OPTIONS["request-timeout"],
} as const;

/** The command line of `sfb adopt`, understood. */
export interface AdoptArguments {
  readonly functionApp: FunctionAppReference;
  /** At least one, each once. */
  readonly apis: readonly ApiReference[];
  readonly metadata: ObjectMetadata;
  readonly format: "yaml" | "json";
  readonly config: Config;
}

interface AdoptValues {
  readonly "function-app"?: string;
  readonly api?: readonly string[];
  readonly name?: string;
  readonly namespace?: string;
  readonly output?: string;
  readonly "request-timeout"?: string;
}

/** @throws {UsageError} naming what cannot be understood. */
export function readAdoptArguments({
  values,
  positionals: [stray],
}: {
  values: AdoptValues;
  positionals: readonly string[];
}): AdoptArguments {
  if (stray !== undefined) {
    throw new UsageError(`unexpected argument '${stray}': write --function-app ID --api ID`);
  }
  const functionApp = readFunctionApp(values["function-app"]);
  return {
    functionApp,
    apis: readApis(values.api),
    metadata: {
      name: values.name ?? nameAfter(functionApp),
      namespace: values.namespace ?? "default",
    },
    format: readFormat(values.output ?? "yaml", ["yaml", "json"]),
    config: readConfig(values),
  };
}

function readFunctionApp(id: string | undefined): FunctionAppReference {
  const reference = id === undefined ? undefined : functionAppReference(id);
  if (reference !== undefined) return reference;
  throw new UsageError(
    `--function-app ${id ?? "is missing"}: write the id of a Function App or slot, /subscriptions/…/resourceGroups/…/providers/Microsoft.Web/sites/NAME`,
  );
}

function readApis(ids: readonly string[] = []): readonly ApiReference[] {
  const references = ids.map((id) => {
    const reference = apiReference(id);
    if (reference !== undefined) return reference;
    throw wrongApi(id);
  });
  if (references.length === 0) throw wrongApi("is missing");
  const namesSame = (one: ApiReference) => (other: ApiReference) =>
    sameResource(apiId(one), apiId(other));
  return references.filter((each, index) => references.findIndex(namesSame(each)) === index);
}

function wrongApi(found: string): UsageError {
  return new UsageError(
    `--api ${found}: write the id of an API, /subscriptions/…/resourceGroups/…/providers/Microsoft.ApiManagement/service/SERVICE/apis/NAME`,
  );
}

function nameAfter({ name, slot }: FunctionAppReference): string {
  return [name, ...(slot === undefined ? [] : [slot])].join("-").toLowerCase();
}
