import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { POLICY_LAWS } from "../support/policy-laws.ts";
import type { PolicyDocument } from "../../controller/policy/document.ts";
import { readPolicyDocument } from "../../controller/policy/document.ts";
import { mergePolicy } from "../../controller/policy/merge.ts";
import type { PolicyStatements } from "../../controller/policy/statements.ts";
import { PROJECT_ROOT } from "../support/project.ts";

/** Facts of a document as another reader, written apart from this one, sees them. */
interface CorpusEntry {
  file: string;
  facts: {
    lenientParse: string;
    root?: string[];
    sections?: string[] | null;
    inboundCount?: number;
    inboundChildren?: string[];
    inboundAmi?: Record<string, string>[];
  };
}

const FOLDER = join(
  process.env["SFB_CORPUS_DIR"] ?? join(PROJECT_ROOT, "../shared/corpus"),
  "policies",
);
const HAS_CORPUS = existsSync(join(FOLDER, "index.json"));
const ENTRIES = HAS_CORPUS
  ? (JSON.parse(readFileSync(join(FOLDER, "index.json"), "utf8")) as CorpusEntry[])
  : [];

const WANTED: PolicyStatements = {
  resource: "6dd8ab30-7d4b-4c1e-9e43-3c3a3b1c7a55",
  removeHeaders: ["Ocp-Apim-Subscription-Key"],
  removeQueryParameters: ["subscription-key"],
};

test("real policy documents are there to be tried", ({ skip }) => {
  skip(!HAS_CORPUS, `there is no ${FOLDER}: set SFB_CORPUS_DIR`);
  expect(ENTRIES).not.toHaveLength(0);
});

describe.skipIf(!HAS_CORPUS)("real policy documents", () => {
  describe.each(Object.entries(POLICY_LAWS))("%s", (_name, law) => {
    test.each(ENTRIES)("$file", ({ file }) => {
      for (const statements of [WANTED, ...statementsFoundIn(file)]) {
        const { found, wanted } = law(read(file), statements);
        expect(found).toEqual(wanted);
      }
    });
  });

  test.each(ENTRIES)(
    "$file is read as the other reader reads it, or refused",
    ({ file, facts }) => {
      const reading = readPolicyDocument(read(file));
      const isPolicy =
        facts.lenientParse === "ok" &&
        facts.root?.[0] === "policies" &&
        (facts.inboundCount ?? 0) <= 1;

      expect(reading.readable).toBe(isPolicy);
      expect(reading.readable ? factsOf(reading.document) : undefined).toEqual(
        isPolicy
          ? { sections: facts.sections ?? [], inboundChildren: facts.inboundChildren }
          : undefined,
      );
    },
  );

  test.each(ENTRIES)("$file is in conflict only for another resource", ({ file, facts }) => {
    const { outcome } = mergePolicy(read(file), WANTED);
    const others = (facts.inboundAmi ?? []).filter(
      (attributes) => !("output-token-variable-name" in attributes),
    );

    expect(outcome === "conflict").toBe(others.length > 0);
  });
});

function read(file: string): string {
  return readFileSync(join(FOLDER, file), "utf8");
}

/** Statements for the resources that a document names itself, so that corrections and moves are tried on it too. */
function statementsFoundIn(file: string): PolicyStatements[] {
  const facts = ENTRIES.find((entry) => entry.file === file)?.facts;
  return (facts?.inboundAmi ?? []).flatMap(({ resource }) =>
    resource === undefined || resource.includes("{{")
      ? []
      : [
          { ...WANTED, resource },
          { ...WANTED, resource, clientId: "c" },
        ],
  );
}

function factsOf({ root, inbound }: PolicyDocument): unknown {
  return {
    sections: root.children.map(({ name }) => name),
    inboundChildren: inbound?.children.map(({ name }) => name),
  };
}
