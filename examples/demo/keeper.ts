/** Who keeps the function closed from now on, and tells what was changed behind its back. */
export interface Keeper {
  /** Has it look now, and shows that it tells each difference and puts it right. */
  showCorrection(paths: readonly string[]): Promise<void>;
}
