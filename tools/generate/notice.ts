/** First line of every generated TypeScript file. */
export const GENERATED_NOTICE = "// Generated from crds/ by `npm run generate`. Do not edit.";
