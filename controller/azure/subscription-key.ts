/** Printable ASCII without blanks: what a header may hold and API Management issues. */
const FORM = /^[!-~]{1,256}$/;

/**
 * A subscription key of API Management: a secret. It comes out by {@link reveal} alone; printed,
 * logged or turned into JSON it shows a placeholder.
 */
export class SubscriptionKey {
  readonly #value: string;

  /** @throws {RangeError} when it is no key; the message does not hold what was given. */
  constructor(value: string) {
    if (!FORM.test(value)) {
      throw new RangeError(
        "is no subscription key: it must be 1 to 256 printable characters without blanks or a line break at its end",
      );
    }
    this.#value = value;
  }

  /** The key itself, for the header of a request. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "(subscription key)";
  }

  toJSON(): string {
    return this.toString();
  }
}
