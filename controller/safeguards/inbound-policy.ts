import { createHash } from "node:crypto";
import type { SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import type { Api, ApiManagement, PolicyDocument } from "../azure/door.ts";
import { apiPolicyId, apiRevisionId, nameOf, sameResource } from "../azure/resource-ids.ts";
import {
  checkPolicy,
  mergePolicy,
  removePolicy,
  type Finding,
  type PolicyDifference,
  type PolicyStatements,
} from "../policy/policy.ts";
import { obstacleOfAzure } from "./obstacle.ts";
import {
  defineSafeguard,
  type Assessment,
  type Change,
  type Facts,
  type Note,
  type Obstacle,
  type Patch,
} from "./safeguard.ts";
import type { Target, TargetApi } from "./target.ts";

interface ObservedApis {
  readonly seen: readonly ObservedApi[];
  /** The APIs that could not be looked at: each is in its own way only. */
  readonly unseen: readonly Obstacle[];
}

interface ObservedApi {
  readonly target: TargetApi;
  readonly api: Api;
  readonly documents: readonly ObservedDocument[];
}

/** The policy of one revision of an API. */
interface ObservedDocument {
  /** The API's id; for revisions that are not current, with the revision. */
  readonly apiId: string;
  readonly document: PolicyDocument | undefined;
  /** What an earlier pass wrote into it. */
  readonly written: PolicyStatements | undefined;
}

interface DesiredPolicies {
  readonly spec: SecuredFunctionBackendSpec;
  readonly gateways: Facts["gateways"];
  readonly audience: string;
}

/** The APIs' inbound policies get the gateway's token and drop the subscription key. */
export const inboundPolicy = defineSafeguard<ObservedApis, DesiredPolicies>({
  name: "inbound-policy",
  condition: "PolicyProtected",
  needs: ["gateways", "registration"],
  actions: [
    "Microsoft.ApiManagement/service/apis/read",
    "Microsoft.ApiManagement/service/apis/revisions/read",
    "Microsoft.ApiManagement/service/apis/policies/read",
    "Microsoft.ApiManagement/service/apis/policies/write",
    "Microsoft.ApiManagement/service/apis/policies/delete",
  ],
  resources: (target) => target.apis.map(({ id }) => apiPolicyId(id)),

  async observe({ apiManagement }, target) {
    const observed = await Promise.all(
      target.apis.map((api) => observeApi(apiManagement, target, api)),
    );
    return {
      seen: observed.filter((each) => "api" in each),
      unseen: observed.filter((each) => "reason" in each),
    };
  },

  establish: ({ seen }) => ({
    apis: seen.map(({ target, api, documents }) => ({
      ...target,
      path: api.path,
      keyHeader: api.keyNames.header,
      running: documents.flatMap(runningStatements),
    })),
  }),

  desire: ({ spec }, { gateways, registration }) => ({
    spec,
    gateways,
    audience: registration.audience,
  }),

  compare(desired, { seen, unseen }): Assessment {
    const assessments = seen.flatMap((each) =>
      each.documents.map((one) => comparePolicy(statementsFor(desired, each), one)),
    );
    const obstacles = [...unseen, ...assessments.flatMap(({ obstacle }) => obstacle ?? [])];
    const obstacle = obstacles.find(({ kind }) => kind === "blocked") ?? obstacles[0];
    const resources = obstacles.flatMap((each) => each.resources ?? []);
    return {
      changes: assessments.flatMap(({ changes }) => changes),
      notes: assessments.flatMap(({ notes }) => notes),
      ...(obstacle && { obstacle: { ...obstacle, resources } }),
    };
  },
});

async function observeApi(
  apiManagement: ApiManagement,
  target: Target,
  api: TargetApi,
): Promise<ObservedApi | Obstacle> {
  try {
    return {
      target: api,
      api: await apiManagement.getApi(api.id),
      documents: await observeDocuments(apiManagement, target, api),
    };
  } catch (failure) {
    return { ...obstacleOfAzure(failure), resources: [apiPolicyId(api.id)] };
  }
}

/**
 * The policies that callers can meet. Online revisions that are not current are called with `;rev=N`,
 * and a release makes one of them current with the policy that it has then.
 */
async function observeDocuments(
  apiManagement: ApiManagement,
  { spec, written }: Target,
  { id }: TargetApi,
): Promise<readonly ObservedDocument[]> {
  const revisions = spec.revisions === "AllOnline" ? await apiManagement.listRevisions(id) : [];
  const others = revisions
    .filter(({ isOnline, isCurrent }) => isOnline && !isCurrent)
    .map(({ revision }) => apiRevisionId(id, revision));
  return await Promise.all(
    [id, ...others].map(async (apiId) => ({
      apiId,
      document: await apiManagement.getPolicy(apiId),
      written: written(apiPolicyId(apiId)),
    })),
  );
}

/** What an earlier pass wrote, as long as the policy still does it. */
function runningStatements({ document, written }: ObservedDocument): readonly PolicyStatements[] {
  return written !== undefined && checkPolicy(document?.text, written).protected ? [written] : [];
}

/** The statements that an API's policy should hold, under the API's own key names. */
function statementsFor(
  { spec, gateways, audience }: DesiredPolicies,
  { target, api }: ObservedApi,
): PolicyStatements {
  const removeKey = spec.subscriptionKey === "Remove";
  const gateway = gateways.find(({ serviceId }) => sameResource(serviceId, target.serviceId));
  const isIgnored = (element: string, key: string) =>
    [element, `${element}[${key}]`].some((path) =>
      spec.ignoreDifferences.includes(`inbound-policy:inbound/${path}`),
    );
  const { header, query } = api.keyNames;
  return {
    resource: audience,
    ...(spec.identity.type === "UserAssigned" &&
      gateway !== undefined && { clientId: gateway.clientId }),
    removeHeaders: removeKey && !isIgnored("set-header", header) ? [header] : [],
    removeQueryParameters: removeKey && !isIgnored("set-query-parameter", query) ? [query] : [],
  };
}

/** The findings for which a merge leaves a policy as it is. */
const CONFLICTS: ReadonlySet<string> = new Set(["identity-conflict", "merge-unproven"]);

function comparePolicy(
  statements: PolicyStatements,
  { apiId, document, written }: ObservedDocument,
): Assessment {
  const { merged, replaces } = mergeOrReplace(document?.text, statements, written);
  const notesOf = (isWanted: (finding: Finding) => boolean): readonly Note[] =>
    merged.findings.filter(isWanted).map(({ code, message, line, column }) => ({
      code,
      message: `API ${nameOf(apiId)}, line ${line}, column ${column}: ${message}`,
    }));
  if (merged.outcome !== "merged") {
    const isConflict = merged.outcome === "conflict";
    const inTheWay = notesOf(({ code }) => !isConflict || CONFLICTS.has(code));
    const obstacle: Obstacle = {
      kind: "blocked",
      reason: isConflict ? "PolicyConflict" : "PolicyUnreadable",
      message: `The policy of API ${nameOf(apiId)} is left as it is. ${inTheWay.map(({ message }) => message).join(" ")}`,
      resources: [apiPolicyId(apiId)],
    };
    return { changes: [], notes: inTheWay, obstacle };
  }
  // What a merge mends is said by the changes; what it leaves to the owners is worth a note.
  const notes = notesOf(({ severity }) => severity !== "error");
  if (!merged.changed) return { changes: [], notes };
  const { differences } = checkPolicy(document?.text, statements);
  const patch = { kind: "api-policy" as const, statements, ...(replaces && { replaces }) };
  return { changes: differences.map((each) => changeOf(each, patch, apiId)), notes };
}

/**
 * The merge; where it meets our own statement for the audience from before, the merge without that.
 */
function mergeOrReplace(
  text: string | undefined,
  statements: PolicyStatements,
  written: PolicyStatements | undefined,
) {
  const merged = mergePolicy(text, statements);
  const isForeign = written === undefined || written.resource === statements.resource;
  if (merged.outcome !== "conflict" || text === undefined || isForeign) return { merged };
  const without = removePolicy(text, { statements: written });
  if (without.outcome !== "removed") return { merged };
  return { merged: mergePolicy(without.text, statements), replaces: written };
}

function changeOf(difference: PolicyDifference, patch: Patch, apiId: string): Change {
  return {
    safeguard: "inbound-policy",
    resource: apiPolicyId(apiId),
    path: `inbound-policy:${difference.path}`,
    desired: difference.desired,
    observed: difference.expression === true ? hashOf(difference.observed) : difference.observed,
    danger: DANGERS[difference.danger],
    patch,
  };
}

const DANGERS = { weakens: "Weakens", hardens: "Hardens", cosmetic: "Cosmetic" } as const;

/** Expressions may hold secrets: status shows only that one stands there, and whether it changed. */
function hashOf(expression: string | undefined): string | undefined {
  if (expression === undefined) return undefined;
  return `expression sha256:${createHash("sha256").update(expression).digest("hex").slice(0, 16)}`;
}

/** The API whose policy a change speaks of. */
export function apiIdOfPolicy(policyId: string): string {
  return policyId.slice(0, policyId.length - "/policies/policy".length);
}
