import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "selfsigned";

/** A server certificate for `localhost`, and the file of the authority that signed it. */
export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** Path of the authority's certificate (PEM): the value for `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string;
}

export const CERTIFICATE_FILES = {
  ca: "ca.pem",
  cert: "localhost.pem",
  key: "localhost.key",
} as const;

const LIFETIME_IN_MS = 7 * 24 * 60 * 60 * 1000;
/** Certificates begin in the past, so that a machine whose clock lags still accepts them. */
const BACKDATED_IN_MS = 60 * 60 * 1000;

/**
 * Creates a throw-away certificate authority and a certificate for `localhost` and `127.0.0.1`.
 *
 * The authority's key is discarded: nothing else can ever be signed with it. Its name is unique,
 * because OpenSSL finds issuers by name and stops at the first of two alike.
 *
 * @param folder receives `ca.pem`, `localhost.pem` and `localhost.key`; created when absent.
 */
export async function createCertificate(folder: string): Promise<Certificate> {
  const validity = {
    keyType: "ec" as const,
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - BACKDATED_IN_MS),
    notAfterDate: new Date(Date.now() + LIFETIME_IN_MS),
  };
  const authority = await generate(
    [{ name: "commonName", value: `sfb local Azure ${randomUUID()}` }],
    {
      ...validity,
      extensions: [
        { name: "basicConstraints", cA: true, critical: true },
        { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
      ],
    },
  );
  const server = await generate([{ name: "commonName", value: "localhost" }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 2, value: "*.localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  await mkdir(folder, { recursive: true });
  const caFile = join(folder, CERTIFICATE_FILES.ca);
  await writeFile(caFile, authority.cert);
  await writeFile(join(folder, CERTIFICATE_FILES.cert), server.cert);
  await writeFile(join(folder, CERTIFICATE_FILES.key), server.private, { mode: 0o600 });
  return { cert: server.cert, key: server.private, caFile };
}
