import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { KeyFolder } from "./key-folder.ts";

const VALUE = "5f0f5e6a1c0d4c3f9d2a0000000000a1";
const REFERENCE = { name: "orders-check", key: "primary" };
const SECRET = `apiVersion: v1
kind: Secret
type: securedbackend.dev/subscription-key
metadata: { name: orders-check, namespace: shop }
stringData: { primary: ${VALUE} }
`;

async function write(folder: string, text: string, mode = 0o600): Promise<string> {
  const file = join(folder, "shop", "orders-check.yaml");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

describe("a folder of keys", () => {
  test("has each Secret by namespace and name, and sees a new key at once", async () => {
    await using folder = await temporaryFolder();
    const warnings: string[] = [];
    const keys = new KeyFolder(folder.path, (warning) => warnings.push(warning));
    await write(folder.path, SECRET);
    const first = await keys.find("shop", REFERENCE);
    await write(folder.path, SECRET.replace(VALUE, "another"));
    const second = await keys.find("shop", REFERENCE);

    expect(first.kind === "found" && first.key.reveal()).toBe(VALUE);
    expect(second.kind === "found" && second.key.reveal()).toBe("another");
    expect(warnings).toEqual([]);
  });

  test.each([0o644, 0o640, 0o604, 0o660])("warns once of a file of mode %o", async (mode) => {
    await using folder = await temporaryFolder();
    const warnings: string[] = [];
    const keys = new KeyFolder(folder.path, (warning) => warnings.push(warning));
    const file = await write(folder.path, SECRET, mode);

    expect(await keys.find("shop", REFERENCE)).toMatchObject({ kind: "found" });
    await keys.find("shop", REFERENCE);

    expect(warnings).toEqual([`${file} can be read by others than its owner: chmod 600 ${file}`]);
  });

  test.each<[string, string, RegExp]>([
    ["nothing", "", /does not hold exactly one/],
    ["two Secrets", `${SECRET}---\n${SECRET}`, /does not hold exactly one/],
    ["broken YAML that holds a key", `{ primary: ${VALUE}`, /does not hold exactly one readable/],
    ["an alias that names a key", `*${VALUE}`, /does not hold exactly one readable/],
    ["a Secret of another type", SECRET.replace("subscription-key", "other"), /not of type/],
  ])("%s: missing, in words that show nothing of it", async (_, text, says) => {
    await using folder = await temporaryFolder();
    const keys = new KeyFolder(folder.path, () => undefined);
    await write(folder.path, text);

    const lookup = await keys.find("shop", REFERENCE);

    expect(lookup).toMatchObject({ kind: "missing", message: expect.stringMatching(says) });
    expect(JSON.stringify(lookup)).not.toContain(VALUE);
  });

  test("no file: the message names it, and what belongs there", async () => {
    await using folder = await temporaryFolder();
    const keys = new KeyFolder(folder.path, () => undefined);
    expect(await keys.find("shop", REFERENCE)).toMatchObject({
      kind: "missing",
      message: expect.stringMatching(
        /shop\/orders-check\.yaml cannot be read \(ENOENT\)\. Put the manifest of a Secret of type/,
      ),
    });
  });
});
