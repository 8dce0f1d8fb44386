import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { Random } from "../faults/random.ts";
import { CommandLine } from "../support/command-line.ts";

/** Each alias stands for ten of the one before. */
const BOMB = [
  "a0: &a0 lol",
  ...Array.from({ length: 9 }, (_, level) => {
    const aliases = Array.from({ length: 10 }, () => `*a${level}`).join(", ");
    return `a${level + 1}: &a${level + 1} [${aliases}]`;
  }),
].join("\n");

function randomBytes(seed: number, length: number): Buffer {
  const random = new Random(seed);
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

const HOSTILE_FILES: readonly { readonly name: string; readonly content: string | Buffer }[] = [
  { name: "random bytes", content: randomBytes(1, 4096) },
  { name: "more random bytes", content: randomBytes(2, 65_536) },
  { name: "UTF-16", content: Buffer.from("﻿apiVersion: securedbackend.dev/v1alpha1", "utf16le") },
  { name: "Latin-1", content: Buffer.from("kind: Bücher\n", "latin1") },
  { name: "aliases that multiply", content: BOMB },
  { name: "an alias of itself", content: "&a [*a]" },
  {
    name: "anchors in a manifest",
    content: `kind: SecuredFunctionBackend\nspec: &s { apis: [*s] }`,
  },
  { name: "a tag of code", content: '!!js/function "function () { return 1 }"' },
  { name: "nesting without end", content: "[".repeat(100_000) },
  {
    name: "nested blocks",
    content: Array.from({ length: 3000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
  },
  { name: "four megabytes of one text", content: `kind: ${"x".repeat(4 * 2 ** 20)}` },
  { name: "a hundred thousand documents", content: "--- 1\n".repeat(100_000) },
  {
    name: "a prototype",
    content:
      "apiVersion: securedbackend.dev/v1alpha1\nkind: SecuredFunctionBackend\n__proto__: { spec: {} }\n",
  },
];

describe.concurrent("sfb plan -f refuses what is no manifest", () => {
  test.each(HOSTILE_FILES)("$name", { timeout: 60_000 }, async ({ content }) => {
    await using sfb = await CommandLine.open();
    await writeFile(sfb.path("hostile.yaml"), content);

    const { exitCode, stdout, stderr } = await sfb.run("plan", "-f", "hostile.yaml");

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/hostile\.yaml/);
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(Buffer.byteLength(stderr)).toBeLessThan(20_000);
  });
});
