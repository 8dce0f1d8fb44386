import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One of Azure's OpenAPI documents, as published in github.com/Azure/azure-rest-api-specs. */
export interface OfficialDocument {
  readonly file: string;
  /** The folder of the service there, below `specification/`. */
  readonly area: string;
  readonly provider: string;
  readonly apiVersion: string;
}

export const OFFICIAL_DOCUMENTS: readonly OfficialDocument[] = [
  {
    file: "apimanagement-2024-05-01.json",
    area: "apimanagement",
    provider: "Microsoft.ApiManagement",
    apiVersion: "2024-05-01",
  },
  {
    file: "web-2025-05-01.json",
    area: "web",
    provider: "Microsoft.Web",
    apiVersion: "2025-05-01",
  },
];

/** Where the documents are looked for: `SFB_CONTRACT_DIR`, or beside the project. */
export const DOCUMENTS_FOLDER =
  process.env["SFB_CONTRACT_DIR"] ?? join(import.meta.dirname, "../../../shared/contract");

/** What to do about missing documents; nothing when all are there. */
export function describeMissingDocuments(folder = DOCUMENTS_FOLDER): string | undefined {
  const missing = OFFICIAL_DOCUMENTS.filter(({ file }) => !existsSync(join(folder, file)));
  if (missing.length === 0) return undefined;
  const wanted = missing.map(
    ({ file, provider, apiVersion }) => `${file} (${provider}, api-version ${apiVersion})`,
  );
  return (
    `THE CONTRACT WITH AZURE IS NOT CHECKED: ${folder} has no ${wanted.join(", no ")}. ` +
    "Name the folder of Azure's OpenAPI documents, each in one file without references to " +
    "others, by SFB_CONTRACT_DIR; they are published in github.com/Azure/azure-rest-api-specs."
  );
}

/** The parsed documents. @throws {Error} when one is missing. */
export function readDocuments(folder = DOCUMENTS_FOLDER): readonly unknown[] {
  return OFFICIAL_DOCUMENTS.map(
    ({ file }) => JSON.parse(readFileSync(join(folder, file), "utf8")) as unknown,
  );
}

/**
 * Copies the documents into a new temporary folder that is laid out as their repository, which is
 * the only layout that oav reads.
 */
export function layOutAsRepository(folder = DOCUMENTS_FOLDER): string {
  const root = mkdtempSync(join(tmpdir(), "sfb-contract-"));
  for (const { file, area, provider, apiVersion } of OFFICIAL_DOCUMENTS) {
    const target = join(
      root,
      "specification",
      area,
      "resource-manager",
      provider,
      "stable",
      apiVersion,
    );
    mkdirSync(target, { recursive: true });
    copyFileSync(join(folder, file), join(target, file));
  }
  return root;
}
