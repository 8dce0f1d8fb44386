/** Why a document, or a part of it, cannot be read for certain. Thrown while scanning, never past `readPolicyDocument`. */
export class PolicySyntaxError extends Error {
  readonly code: string;
  readonly offset: number;

  constructor(offset: number, code: string, message: string) {
    super(message);
    this.name = "PolicySyntaxError";
    this.code = code;
    this.offset = offset;
  }
}
