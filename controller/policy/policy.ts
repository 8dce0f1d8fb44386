/** Policy documents of API Management: reading, judging and editing them, losslessly and without side effects. */
export { canonicalForm } from "./canonical.ts";
export { checkPolicy } from "./check.ts";
export type { PolicyCheck } from "./check.ts";
export type { PolicyDifference } from "./difference.ts";
export type { Finding } from "./finding.ts";
export { findGatewayTokens } from "./gateway-token.ts";
export type { GatewayToken } from "./gateway-token.ts";
export { mergePolicy } from "./merge.ts";
export type { MergeResult } from "./merge.ts";
export { checkNarrowerPolicy } from "./narrower.ts";
export type { NarrowerEffect } from "./narrower.ts";
export type { MergeRecord } from "./record.ts";
export { findReferences } from "./references.ts";
export type { PolicyReferences } from "./references.ts";
export { removePolicy } from "./remove.ts";
export type { RemoveResult } from "./remove.ts";
export { EMPTY_POLICY } from "./skeleton.ts";
export type { PolicyStatements } from "./statements.ts";
