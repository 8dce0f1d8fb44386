import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { mergePolicy } from "./merge.ts";
import { removePolicy } from "./remove.ts";
import type { PolicyStatements } from "./statements.ts";

const FOLDER = join(import.meta.dirname, "../../test/policies");
const WANTED: PolicyStatements = {
  resource: "api://parcels",
  removeHeaders: ["Ocp-Apim-Subscription-Key"],
  removeQueryParameters: ["subscription-key"],
};

function read(folder: "sources" | "merged", file: string): string {
  return readFileSync(join(FOLDER, folder, file)).toString("utf8");
}

describe.each(readdirSync(join(FOLDER, "sources")))("test/policies: %s", (file) => {
  const source = read("sources", file);
  const result = mergePolicy(source, WANTED);

  test("merges to the byte", () => {
    expect(result).toMatchObject({ outcome: "merged", text: read("merged", file) });
  });

  test("comes back to the byte", () => {
    const record = result.outcome === "merged" ? result.record : undefined;

    expect(record).toBeDefined();
    expect(
      removePolicy(read("merged", file), {
        statements: WANTED,
        ...(record === undefined ? {} : { record }),
      }),
    ).toMatchObject({ outcome: "removed", text: source });
  });
});
