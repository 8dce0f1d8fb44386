/** Something that the reader of an adopted manifest should know about one field of its spec. */
export interface Remark {
  readonly field: "identity" | "registration" | "authentication" | "subscriptionKey" | "network";
  readonly text: string;
  /** The manifest is not complete before somebody has answered this. */
  readonly isOpenQuestion?: boolean;
}
