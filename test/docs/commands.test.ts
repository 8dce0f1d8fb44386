import { describe, expect, test } from "vitest";
import { commandsOf } from "./commands.ts";
import { readPage } from "./pages.ts";

test("commands are found with what they need, indented or not", () => {
  const text =
    "<!-- commands: cluster -->\n\n```sh\ncat <<EOF\na:\n   b: 1\nEOF\n```\n\n1. x\n\n   <!-- commands: azure -->\n\n   ```sh\n   az login\n   ```\n\n```sh\nls\n```\n";
  expect(commandsOf({ path: "x.md", text })).toEqual([
    { kind: "cluster", script: "cat <<EOF\na:\n   b: 1\nEOF\n" },
    { kind: "azure", script: "az login\n" },
    { kind: undefined, script: "ls\n" },
  ]);
});

describe.each([
  "docs/install.md",
  "docs/upgrade.md",
  "docs/uninstall.md",
  "docs/workload-identity.md",
  "docs/azure-roles.md",
])("%s", (path) => {
  test("says of all its commands what they need", () => {
    const commands = commandsOf(readPage(path));
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter(({ kind }) => kind === undefined)).toEqual([]);
  });
});
