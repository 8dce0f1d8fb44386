/** One way in which a request or an answer departs from the official documents. */
export interface Issue {
  /** E.g. `OBJECT_ADDITIONAL_PROPERTIES`. */
  readonly code: string;
  readonly message: string;
  /** Where in the body, as a JSON pointer; empty for everything else. */
  readonly pointer: string;
}

/** A member that the documents do not know. */
export const UNKNOWN_MEMBER = "OBJECT_ADDITIONAL_PROPERTIES";
