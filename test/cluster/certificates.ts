import { generateKeyPairSync } from "node:crypto";
import { generate } from "selfsigned";

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** The certificates of a throw-away cluster. */
export interface ClusterCertificates {
  /** Signed the server's certificate: what clients trust. */
  readonly servingAuthority: string;
  readonly server: KeyPair;
  /** Signed the clients' certificates: what the server trusts. */
  readonly clientAuthority: string;
  /** Of group `system:masters`, whom RBAC never refuses. */
  readonly administrator: KeyPair;
  /** Signs and verifies the tokens of service accounts; PEM. */
  readonly serviceAccounts: { readonly signingKey: string; readonly publicKey: string };
}

const LIFETIME_IN_MS = 7 * 24 * 60 * 60 * 1000;
/** Certificates begin in the past, so that a machine whose clock lags still accepts them. */
const BACKDATED_IN_MS = 60 * 60 * 1000;

/** Makes new ones; both authorities' keys are discarded. */
export async function createClusterCertificates(): Promise<ClusterCertificates> {
  const [serving, clients] = await Promise.all([authority("serving"), authority("clients")]);
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    servingAuthority: serving.cert,
    server: await issue(
      serving,
      [{ name: "commonName", value: "kube-apiserver" }],
      [
        { name: "extKeyUsage", serverAuth: true },
        {
          name: "subjectAltName",
          altNames: [
            { type: 2, value: "localhost" },
            { type: 7, ip: "127.0.0.1" },
          ],
        },
      ],
    ),
    clientAuthority: clients.cert,
    administrator: await issue(
      clients,
      [
        { name: "commonName", value: "administrator" },
        { name: "organizationName", value: "system:masters" },
      ],
      [{ name: "extKeyUsage", clientAuth: true }],
    ),
    serviceAccounts: {
      signingKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
      publicKey: publicKey.export({ type: "spki", format: "pem" }) as string,
    },
  };
}

type Attributes = NonNullable<Parameters<typeof generate>[0]>;
type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>["extensions"]>;

async function authority(name: string): Promise<KeyPair> {
  const made = await generate([{ name: "commonName", value: `test cluster ${name}` }], {
    ...validity(),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

async function issue(ca: KeyPair, subject: Attributes, extensions: Extensions): Promise<KeyPair> {
  const made = await generate(subject, {
    ...validity(),
    ca,
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true },
      ...extensions,
    ],
  });
  return { cert: made.cert, key: made.private };
}

function validity() {
  return {
    keyType: "ec" as const,
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - BACKDATED_IN_MS),
    notAfterDate: new Date(Date.now() + LIFETIME_IN_MS),
  };
}
