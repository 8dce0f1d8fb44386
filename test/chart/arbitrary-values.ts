import { readFileSync } from "node:fs";
import { join } from "node:path";
import { boolean, constantFrom, record, type Arbitrary } from "fast-check";
import { CHART, MINIMAL, type Values } from "./helm.ts";

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/**
 * Values in which everything that the schema lets be true or false, or one of a few words, is set to
 * anything it may be, or left out; with what the schema then asks for besides.
 */
export function arbitraryValues(): Arbitrary<Values> {
  const schema = JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8")) as Schema;
  return (switches(schema) as Arbitrary<Values>).map(complete);
}

/** Undefined where there is nothing to switch. */
function switches(schema: Schema): Arbitrary<unknown> | undefined {
  if (schema.type === "boolean") return boolean();
  if (schema.enum !== undefined) return constantFrom(...schema.enum);
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const values = switches(child);
    return values === undefined ? [] : [[name, values] as const];
  });
  if (members.length === 0) return undefined;
  return record(Object.fromEntries(members), { requiredKeys: [] });
}

type Member = Readonly<Record<string, unknown>>;

function complete(values: Values): Values {
  const { image, azure, serviceAccount, subscriptionKeys, leaderElection } = values as {
    readonly image?: Member;
    readonly azure?: { readonly authentication?: Member };
    readonly serviceAccount?: Member;
    readonly subscriptionKeys?: Member;
    readonly leaderElection?: Member;
  };
  return {
    ...values,
    image: { ...image, ...MINIMAL.image },
    azure: { authentication: { ...azure?.authentication, ...MINIMAL.azure.authentication } },
    serviceAccount: { ...serviceAccount, name: "account" },
    subscriptionKeys: {
      ...subscriptionKeys,
      secrets: [{ namespace: "shop", secretNames: ["orders-key"] }],
    },
    ...(leaderElection?.["enabled"] === false && { replicaCount: 1 }),
  };
}
