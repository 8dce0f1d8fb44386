/** The state folder cannot be used; the message is one line and says what to do. */
export class StateError extends Error {
  override readonly name = "StateError";
}
