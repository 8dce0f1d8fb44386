import { listDifferences } from "./difference.ts";
import type { PolicyDifference } from "./difference.ts";
import { readPolicyDocument } from "./document.ts";
import type { Finding } from "./finding.ts";
import { isProtected, judgePolicy } from "./judge.ts";
import { reportFindings } from "./report.ts";
import { EMPTY_POLICY } from "./skeleton.ts";
import type { PolicyStatements } from "./statements.ts";

/** What a document does for the function, and what is wrong with it. */
export interface PolicyCheck {
  /** False as well when the document cannot be read; the one finding says why. */
  protected: boolean;
  readable: boolean;
  findings: Finding[];
  differences: PolicyDifference[];
}

/**
 * Judges a policy document, `undefined` for one that does not exist: is the function reached with the identity's token
 * for `statements.resource`, unconditionally, and without the key?
 * @throws RangeError when the statements cannot be written into a policy.
 */
export function checkPolicy(text: string | undefined, statements: PolicyStatements): PolicyCheck {
  const reading = readPolicyDocument(text ?? EMPTY_POLICY);
  if (!reading.readable) {
    return { protected: false, readable: false, findings: [reading.finding], differences: [] };
  }
  const judgement = judgePolicy(reading.document, statements);
  return {
    protected: isProtected(judgement),
    readable: true,
    findings: reportFindings(reading.document, judgement),
    differences: listDifferences(reading.document.text, judgement),
  };
}
