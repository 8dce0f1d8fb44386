/**
 * `npm run faults -- [--seed N] [--runs M]`: whole lives of an operator under random faults. The last
 * line sums up; each failing seed is printed with the command that replays it.
 */
import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { parseArgs } from "node:util";
import setUpCertificateAuthority from "../support/certificate-authority.ts";
import { playSeeds } from "./seeds.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "50" },
  },
});
const seed = wholeNumber("seed", values.seed);
const runs = wholeNumber("runs", values.runs);
const removeCertificates = await setUpCertificateAuthority();
try {
  const authority = readFileSync(process.env["NODE_EXTRA_CA_CERTS"] ?? "", "utf8");
  setDefaultCACertificates([...getCACertificates(), authority]);
  const { failed, summary } = await playSeeds(
    Array.from({ length: runs }, (_, index) => seed + index),
    (line) => console.log(line),
  );
  console.log(summary);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await removeCertificates?.();
}

function wholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  console.error(`--${name} takes a whole number, not ${JSON.stringify(text)}.`);
  process.exit(1);
}
