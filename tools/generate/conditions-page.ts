import {
  CONDITIONS,
  REASONS,
  type ConditionType,
} from "../../controller/api/v1alpha1/conditions.ts";
import type { ConditionDefinition } from "../../controller/api/v1alpha1/conditions.ts";
import { FINDINGS, type FindingDefinition } from "../../controller/api/v1alpha1/findings.ts";
import type { ReasonDefinition } from "../../controller/api/v1alpha1/reasons.ts";

/** The page that explains every condition, reason and finding: what it means, what to do, whether it passes by itself. */
export function generateConditionsPage(): string {
  const conditions = Object.entries<ConditionDefinition>(CONDITIONS);
  const reasons = Object.entries<ReasonDefinition>(REASONS);
  const findings = Object.entries<FindingDefinition>(FINDINGS);
  return (
    [
      "# Conditions and reasons",
      "<!-- Generated from controller/api/v1alpha1/conditions.ts by `npm run generate`. Do not edit. -->",
      "`status.conditions` says how an object is. `kubectl wait --for=condition=Ready sfb/orders` waits for it.",
      "## Conditions",
      ...conditions.map(([type, definition]) =>
        conditionSection(type as ConditionType, definition),
      ),
      "## Reasons",
      ...reasons.map(([reason, definition]) => reasonSection(reason, definition)),
      "## Findings",
      "`status.findings` lists ways around the lock that were found. A Critical one makes `NoBypass` and `Ready` False, since the function then answers somebody whom the spec does not name; the others leave `Ready` as it is. What a policy expression computes cannot be seen.",
      ...findings.map(([code, definition]) => findingSection(code, definition)),
    ].join("\n\n") + "\n"
  );
}

function conditionSection(type: ConditionType, definition: ConditionDefinition): string {
  const lines = [`### ${type}`, definition.meaning];
  if (definition.safeguard !== undefined) lines.push(`Safeguard: \`${definition.safeguard}\`.`);
  if (definition.isOmittedUnlessTrue) lines.push("Present only while it is True.");
  return lines.join("\n\n");
}

function reasonSection(reason: string, { meaning, remedy, isTransient }: ReasonDefinition): string {
  const lines = [`### ${reason}`, meaning];
  if (remedy !== "") lines.push(`What to do: ${remedy}`);
  if (isTransient) lines.push("The controller goes on by itself.");
  return lines.join("\n\n");
}

function findingSection(code: string, { severity, meaning, remedy }: FindingDefinition): string {
  return [`### ${code}`, `${severity}. ${meaning}`, `What to do: ${remedy}`].join("\n\n");
}
