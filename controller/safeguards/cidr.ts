/** A range of IPv4 addresses, as numbers; or the text itself where it is something else. */
type Range = { readonly first: number; readonly last: number } | { readonly text: string };

/**
 * An address or a range in one spelling: IPv4 with its prefix length and without host bits
 * (`10.1.2.3/8` is `10.0.0.0/8`, a bare address ends in `/32`), anything else in lower case.
 */
export function canonicalCidr(text: string): string {
  const parts = parse(text);
  if (parts === undefined) return text.trim().toLowerCase();
  const { first } = rangeOf(parts);
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join(".")}/${parts.bits}`;
}

/** Whether every address of the inner range lies in the outer one. */
export function containsCidr(outer: string, inner: string): boolean {
  const [wide, narrow] = [readRange(outer), readRange(inner)];
  if ("text" in wide || "text" in narrow) return canonicalCidr(outer) === canonicalCidr(inner);
  return wide.first <= narrow.first && narrow.last <= wide.last;
}

function readRange(text: string): Range {
  const parts = parse(text);
  return parts === undefined ? { text } : rangeOf(parts);
}

interface Parts {
  readonly address: number;
  readonly bits: number;
}

function rangeOf({ address, bits }: Parts): { readonly first: number; readonly last: number } {
  const size = 2 ** (32 - bits);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

function parse(text: string): Parts | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const bits = Number(match[5] ?? 32);
  if (bits > 32 || octets.some((octet) => octet > 255)) return undefined;
  return { address: octets.reduce((sum, octet) => sum * 256 + octet, 0), bits };
}
