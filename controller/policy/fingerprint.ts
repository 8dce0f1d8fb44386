/** Tells texts apart; no protection against somebody who wants two to look alike. */
export interface Fingerprint {
  length: number;
  hash: string;
}

const PRIMES = [0x01000193, 0x85ebca6b] as const;

/** The fingerprint of a text's UTF-16 units: its length and two FNV-1a style hashes of 32 bits. */
export function fingerprint(text: string): Fingerprint {
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, PRIMES[0]);
    other = Math.imul(other ^ code, PRIMES[1]);
    other ^= other >>> 13;
  }
  return { length: text.length, hash: `${hexadecimal(one)}${hexadecimal(other)}` };
}

function hexadecimal(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
