import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificate } from "../../simulator/certificate.ts";

const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/**
 * Vitest's global setup: one throw-away certificate authority per run, whichever project asks first.
 *
 * Node reads `NODE_EXTRA_CA_CERTS` only while it starts, so the variable is set here, before the
 * workers are forked. Proxies are dropped, since every test talks to `localhost`.
 *
 * @returns the teardown, which removes the certificates.
 */
export default async function setUpCertificateAuthority(): Promise<
  (() => Promise<void>) | undefined
> {
  if (process.env["SFB_TEST_CERTIFICATES"] !== undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "sfb-certificates-"));
  const { caFile } = await createCertificate(folder);
  process.env["SFB_TEST_CERTIFICATES"] = folder;
  process.env["NODE_EXTRA_CA_CERTS"] = caFile;
  for (const name of PROXY_VARIABLES) {
    delete process.env[name];
    delete process.env[name.toLowerCase()];
  }
  return () => rm(folder, { recursive: true, force: true });
}
