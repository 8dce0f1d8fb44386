import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../support/project.ts";

/** A page of documentation. */
export interface Page {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of a page. */
export interface Fence {
  readonly language: string;
  readonly text: string;
}

/** Every page of the project that people read. */
export function readPages(): readonly Page[] {
  return globSync(["*.md", "{docs,examples,simulator,test}/**/*.md"], { cwd: PROJECT_ROOT })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(PROJECT_ROOT, path), "utf8") }));
}

/** One page. @throws Error when there is none. */
export function readPage(path: string): Page {
  return { path, text: readFileSync(join(PROJECT_ROOT, path), "utf8") };
}

/** The fenced blocks of a page, in order. */
export function fencesOf({ text }: Page): readonly Fence[] {
  return [...text.matchAll(/^[ ]*```(\w*)\n(.*?)^[ ]*```$/gmsu)].map(
    ([, language = "", content = ""]) => ({ language, text: content }),
  );
}

/** The places in the project that a page links to, as written and from the project's root. */
export function linksOf({
  path,
  text,
}: Page): readonly { written: string; target: string; anchor: string }[] {
  return [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/gu)]
    .map(([, written = ""]) => written)
    .filter((written) => !/^[a-z]+:/u.test(written))
    .map((written) => {
      const [file = "", anchor = ""] = written.split("#");
      return { written, anchor, target: file === "" ? path : join(dirname(path), file) };
    });
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf({ text }: Page): readonly string[] {
  return [...withoutFences(text).matchAll(/^#+ (.+)$/gmu)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/gu, "-"),
  );
}

function withoutFences(text: string): string {
  return text.replaceAll(/^[ ]*```.*?^[ ]*```$/gmsu, "");
}
