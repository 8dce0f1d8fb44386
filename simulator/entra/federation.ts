import { generateKeyPair, jwtVerify, SignJWT, type CryptoKey } from "jose";
import type { Clock } from "../clock.ts";

const AUDIENCE = "api://AzureADTokenExchange";
const SUBJECT = "system:serviceaccount:sfb-system:sfb";
const LIFETIME_IN_SECONDS = 24 * 60 * 60;

/** The cluster whose service-account tokens the operator's identity trusts. */
export class Federation {
  readonly #keys: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
  readonly #clock: Clock;

  private constructor(
    keys: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey },
    clock: Clock,
  ) {
    this.#keys = keys;
    this.#clock = clock;
  }

  static async create(clock: Clock): Promise<Federation> {
    return new Federation(await generateKeyPair("ES256"), clock);
  }

  /** A service-account token, as the workload identity webhook projects it into a pod. */
  async createAssertion(issuer: string): Promise<string> {
    const now = Math.floor(this.#clock.now() / 1000);
    return new SignJWT({})
      .setProtectedHeader({ alg: "ES256" })
      .setIssuer(issuer)
      .setSubject(SUBJECT)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME_IN_SECONDS)
      .sign(this.#keys.privateKey);
  }

  /** Whether an assertion is one of the trusted cluster's, for the trusted subject. */
  async accepts(assertion: string, issuer: string): Promise<boolean> {
    try {
      await jwtVerify(assertion, this.#keys.publicKey, {
        issuer,
        subject: SUBJECT,
        audience: AUDIENCE,
        currentDate: new Date(this.#clock.now()),
      });
      return true;
    } catch {
      return false;
    }
  }
}
