/** A pair that no manifest describes; the message is for its owner and says what to do. */
export class AdoptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AdoptionError";
  }
}
