import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ARM_DOCUMENTS, describeMissingDocuments, GRAPH_DOCUMENT } from "./official-documents.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sfb-documents-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("what is missing is named with its version, and where to find it", () => {
  expect(describeMissingDocuments(folder)).toMatch(
    /NOT CHECKED: .*apimanagement-2024-05-01\.json \(Microsoft\.ApiManagement, api-version 2024-05-01\).*web-2025-05-01\.json.*microsoft-graph-v1\.0\.json.*SFB_CONTRACT_DIR.*azure-rest-api-specs/su,
  );
});

test("one document of three is not enough", () => {
  writeFileSync(join(folder, "web-2025-05-01.json"), "{}");
  expect(describeMissingDocuments(folder)).toContain("has no apimanagement-2024-05-01.json");
});

test("nothing is said when all are there", () => {
  for (const file of [GRAPH_DOCUMENT, ...ARM_DOCUMENTS.map((document) => document.file)]) {
    writeFileSync(join(folder, file), "{}");
  }
  expect(describeMissingDocuments(folder)).toBeUndefined();
});
