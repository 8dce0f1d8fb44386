import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenApiDocument } from "./open-api.ts";

/** One of Azure's OpenAPI documents, as published in github.com/Azure/azure-rest-api-specs. */
interface ArmDocument {
  readonly file: string;
  /** The folder of the service there, below `specification/`. */
  readonly area: string;
  readonly provider: string;
  readonly apiVersion: string;
}

export const ARM_DOCUMENTS: readonly ArmDocument[] = [
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

/** Applications and service principals, from github.com/microsoftgraph/msgraph-metadata. */
export const GRAPH_DOCUMENT = "microsoft-graph-v1.0.json";

/** Where the documents are looked for: `SFB_CONTRACT_DIR`, or beside the project. */
export const DOCUMENTS_FOLDER =
  process.env["SFB_CONTRACT_DIR"] ?? join(import.meta.dirname, "../../../shared/contract");

/** What to do about missing documents; nothing when all are there. */
export function describeMissingDocuments(folder = DOCUMENTS_FOLDER): string | undefined {
  const wanted = [
    ...ARM_DOCUMENTS.map(({ file, provider, apiVersion }) => ({
      file,
      title: `${provider}, api-version ${apiVersion}`,
    })),
    { file: GRAPH_DOCUMENT, title: "Microsoft Graph v1.0 as OpenAPI 2.0" },
  ];
  const missing = wanted.filter(({ file }) => !existsSync(join(folder, file)));
  if (missing.length === 0) return undefined;
  const names = missing.map(({ file, title }) => `${file} (${title})`);
  return (
    `THE CONTRACT WITH AZURE IS NOT CHECKED: ${folder} has no ${names.join(", no ")}. ` +
    "Name the folder of Azure's OpenAPI documents, each in one file without references to " +
    "others, by SFB_CONTRACT_DIR; they are published in github.com/Azure/azure-rest-api-specs " +
    "and github.com/microsoftgraph/msgraph-metadata."
  );
}

/** One document, parsed. @throws {Error} when it is missing. */
export function readDocument(file: string, folder = DOCUMENTS_FOLDER): OpenApiDocument {
  return JSON.parse(readFileSync(join(folder, file), "utf8")) as OpenApiDocument;
}

/**
 * Copies the documents of ARM into a new temporary folder that is laid out as their repository, which is
 * the only layout that oav reads.
 */
export function layOutAsRepository(folder = DOCUMENTS_FOLDER): string {
  const root = mkdtempSync(join(tmpdir(), "sfb-contract-"));
  for (const { file, area, provider, apiVersion } of ARM_DOCUMENTS) {
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
