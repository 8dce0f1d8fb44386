import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CERTIFICATE_FILES, type Certificate } from "../../simulator/certificate.ts";

/** The certificate of `localhost` that this run's workers trust. */
export async function readTestCertificate(): Promise<Certificate> {
  const folder = process.env["SFB_TEST_CERTIFICATES"];
  if (folder === undefined) {
    throw new Error("SFB_TEST_CERTIFICATES is not set: run under Vitest, whose global setup does.");
  }
  const [cert, key] = await Promise.all(
    [CERTIFICATE_FILES.cert, CERTIFICATE_FILES.key].map((name) =>
      readFile(join(folder, name), "utf8"),
    ),
  );
  return { cert: cert ?? "", key: key ?? "", caFile: join(folder, CERTIFICATE_FILES.ca) };
}
