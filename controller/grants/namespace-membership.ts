import type {
  GrantedNamespaces,
  LabelExpression,
  LabelSelector,
} from "../api/v1alpha1/grant-types.generated.ts";
import { ownField } from "../api/v1alpha1/json-object.ts";

/** The labels of a namespace. */
export type Labels = Readonly<Record<string, string>>;

/** A namespace as the grants see it. */
export interface Namespace {
  readonly name: string;
  /** Undefined while they are not known; then no selector selects the namespace. */
  readonly labels: Labels | undefined;
}

/** Whether a grant for `names` and `selector` is for the namespace. */
export function isMember({ name, labels }: Namespace, granted: GrantedNamespaces): boolean {
  const { names, selector } = granted;
  if (names.includes(name)) return true;
  return selector !== undefined && labels !== undefined && isSelected(labels, selector);
}

/**
 * As Kubernetes reads a label selector (k8s.io/apimachinery, meta/v1 LabelSelector): everything in it must hold, and
 * `NotIn` and `DoesNotExist` hold where the label is missing. Otherwise than there, an empty selector selects nothing:
 * the API server takes none, and one that slips through must not open everything.
 */
function isSelected(labels: Labels, { matchLabels, matchExpressions }: LabelSelector): boolean {
  const wanted = Object.entries(matchLabels);
  if (wanted.length + matchExpressions.length === 0) return false;
  return (
    wanted.every(([key, value]) => ownField(labels, key) === value) &&
    matchExpressions.every((expression) => holds(expression, labels))
  );
}

function holds({ key, operator, values }: LabelExpression, labels: Labels): boolean {
  const value = ownField(labels, key);
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}
