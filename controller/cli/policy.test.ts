import { chmod, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { policyCommand } from "./policy.ts";

const RESOURCE = ["--resource", "api://orders"];
const IDENTITY = `<authentication-managed-identity resource="api://orders" ignore-error="false" />`;
const REMOVALS = `<set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" /><set-query-parameter name="subscription-key" exists-action="delete" />`;
const OPEN = "<policies><inbound><base /></inbound></policies>";
const SECURED = `<policies><inbound><base />${IDENTITY}${REMOVALS}</inbound></policies>`;
const CONFLICT = SECURED.replace("api://orders", "api://other");

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sfb-policy-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

async function run(
  args: readonly string[],
  input: string | Buffer = "",
  options: { isTTY?: boolean; signal?: AbortSignal } = {},
): Promise<Run> {
  const stdin = Object.assign(Readable.from([Buffer.from(input)]), {
    isTTY: options.isTTY ?? false,
  });
  const stdout = new PassThrough({ highWaterMark: 2 ** 24 });
  const stderr = new PassThrough({ highWaterMark: 2 ** 24 });
  const code = await policyCommand(args, {
    stdin,
    stdout,
    stderr,
    resolvePath: (path) => resolve(folder, path),
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, stdout: await collect(stdout), stderr: await collect(stderr) };
}

/** All that was written, with a byte-order mark if there is one. */
async function collect(stream: PassThrough): Promise<string> {
  return (await buffer(stream.end())).toString("utf8");
}

async function put(name: string, content: string | Buffer): Promise<string> {
  await writeFile(join(folder, name), content);
  return name;
}

function get(name: string): Promise<string> {
  return readFile(join(folder, name), "utf8");
}

describe("from standard input to standard output", () => {
  test("merge gives the merged text", async () => {
    expect(await run(["merge", ...RESOURCE], OPEN)).toEqual({
      code: 0,
      stdout: SECURED,
      stderr: "",
    });
  });

  test("merge keeps a byte-order mark, line ends and characters of all lengths", async () => {
    const source = `\uFEFF${OPEN.replace("<base />", "\r\n\t<base />\r\n\t<!-- é漢🙂 -->\r\n")}`;

    const { stdout } = await run(["merge", ...RESOURCE], source);
    const back = await run(["remove", ...RESOURCE], stdout);

    expect(stdout).toContain(`é漢🙂 -->\r\n\t${IDENTITY}\r\n\t<set-header`);
    expect(back).toEqual({ code: 0, stdout: source, stderr: "" });
  });

  test("check tells each finding with its place", async () => {
    const { code, stdout } = await run(["check", ...RESOURCE], OPEN);

    expect(code).toBe(2);
    expect(stdout.split("\n")[0]).toMatch(/^<stdin>:1:11: error identity-missing \S/);
  });

  test("check is silent when all is well", async () => {
    expect(await run(["check", ...RESOURCE], SECURED)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("what is refused gives no text", async () => {
    const conflict = await run(["merge", ...RESOURCE], CONFLICT);
    const truncated = await run(["merge", ...RESOURCE], "<policies>");

    expect(conflict).toMatchObject({ code: 1, stdout: "" });
    expect(conflict.stderr).toContain("error identity-conflict");
    expect(truncated).toMatchObject({ code: 1, stdout: "" });
    expect(truncated.stderr).toContain("<stdin>:1:1: error element-unclosed");
  });

  test("bytes that are not UTF-8 are refused, not mangled", async () => {
    const latin1 = Buffer.from(OPEN.replace("<base />", "<!-- \u00E9 -->"), "latin1");

    expect(await run(["merge", ...RESOURCE], latin1)).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("not UTF-8"),
    });
  });

  test("what stays open after a merge is told on standard error", async () => {
    const { code, stdout, stderr } = await run(
      ["merge", ...RESOURCE],
      OPEN.replace("<base />", ""),
    );

    expect(code).toBe(0);
    expect(stdout).toContain(IDENTITY);
    expect(stderr).toMatch(/^<stdin>:1:11: warning base-missing .*\n$/);
  });
});

describe("with files", () => {
  test("a single one goes to standard output and stays as it is", async () => {
    await put("a.xml", OPEN);

    expect(await run(["merge", ...RESOURCE, "a.xml"])).toMatchObject({ code: 0, stdout: SECURED });
    expect(await get("a.xml")).toBe(OPEN);
  });

  test("of several, what would change is told, and nothing is changed", async () => {
    const files = [await put("a.xml", OPEN), await put("b.xml", SECURED)];

    const { code, stdout } = await run(["merge", ...RESOURCE, ...files]);

    expect(code).toBe(2);
    expect(stdout).toContain("a.xml:1:11: error identity-missing");
    expect(stdout).not.toContain("b.xml");
    expect(await get("a.xml")).toBe(OPEN);
  });

  test("--write changes them in place and names those changed", async () => {
    const files = [await put("a.xml", OPEN), await put("b.xml", SECURED)];

    const result = await run(["merge", "--write", ...RESOURCE, ...files]);

    expect(result).toEqual({ code: 0, stdout: "a.xml\n", stderr: "" });
    expect(await get("a.xml")).toBe(SECURED);
    expect(await run(["remove", "--write", ...RESOURCE, "a.xml"])).toMatchObject({ code: 0 });
    expect(await get("a.xml")).toBe(OPEN);
  });

  test("--write does not write those that stay the same", async () => {
    await put("a.xml", SECURED);
    const before = await stat(join(folder, "a.xml"), { bigint: true });

    await run(["merge", "--write", ...RESOURCE, "a.xml"]);

    const after = await stat(join(folder, "a.xml"), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  test("--write keeps mode and link, and leaves nothing behind", async () => {
    await put("a.xml", OPEN);
    await chmod(join(folder, "a.xml"), 0o640);
    await symlink("a.xml", join(folder, "link.xml"));

    await run(["merge", "--write", ...RESOURCE, "link.xml"]);

    const { mode } = await stat(join(folder, "a.xml"));
    expect(mode & 0o777).toBe(0o640);
    expect(await get("a.xml")).toBe(SECURED);
    expect(await readdir(folder)).toEqual(["a.xml", "link.xml"]);
  });

  test("one that fails does not keep the others from being processed", async () => {
    const files = [
      await put("conflict.xml", CONFLICT),
      "absent.xml",
      ".",
      await put("truncated.xml", "<policies>"),
      await put("a.xml", OPEN),
    ];

    const { code, stdout, stderr } = await run(["merge", "--write", ...RESOURCE, ...files]);

    expect(code).toBe(1);
    expect(stdout).toBe("a.xml\n");
    expect(stderr).toContain("absent.xml:1:1: error file-failed There is no such file");
    expect(stderr).toContain(".:1:1: error file-failed This is a folder");
    expect(await get("a.xml")).toBe(SECURED);
    expect(await get("conflict.xml")).toBe(CONFLICT);
    expect(await get("truncated.xml")).toBe("<policies>");
  });
});

describe("--output json", () => {
  async function records(args: readonly string[]): Promise<{ code: number; records: unknown }> {
    const { code, stdout } = await run(["--output", "json", ...RESOURCE, ...args]);
    return { code, records: JSON.parse(stdout) };
  }

  test("prints one record per document, in their order", async () => {
    const files = [
      await put("b.xml", SECURED),
      await put("a.xml", OPEN),
      await put("c.xml", "<a/>"),
    ];

    expect(await records(["check", ...files])).toEqual({
      code: 1,
      records: [
        { file: "b.xml", protected: true, changed: false, findings: [] },
        {
          file: "a.xml",
          protected: false,
          changed: true,
          findings: [
            expect.objectContaining({ line: 1, column: 11, code: "identity-missing" }),
            expect.objectContaining({ code: "removal-missing" }),
            expect.objectContaining({ code: "removal-missing" }),
          ],
        },
        {
          file: "c.xml",
          protected: false,
          changed: false,
          findings: [expect.objectContaining({ code: "root-unknown" })],
        },
      ],
    });
  });

  test("tells of documents as the command leaves them", async () => {
    await put("a.xml", OPEN);

    expect(await records(["merge", "a.xml"])).toMatchObject({
      code: 2,
      records: [{ protected: false, changed: true }],
    });
    expect(await records(["merge", "--write", "a.xml"])).toMatchObject({
      code: 0,
      records: [{ protected: true, changed: true, findings: [] }],
    });
    expect(await records(["remove", "--write", "a.xml"])).toMatchObject({
      code: 0,
      records: [{ protected: false, changed: true, findings: [] }],
    });
  });
});

describe("options", () => {
  test("name the identity and the key", async () => {
    const args = ["--client-id", "c", "--header", "A", "--header", "B", "--query", "q"];

    const { stdout } = await run(["merge", ...RESOURCE, ...args], OPEN);

    expect(stdout).toContain(`resource="api://orders" client-id="c" ignore-error="false"`);
    expect(stdout.match(/(?<=name=")[^"]*/g)).toEqual(["A", "B", "q"]);
  });

  test("--keep-key lets it through", async () => {
    const { stdout } = await run(["merge", ...RESOURCE, "--keep-key"], OPEN);

    expect(stdout).toBe(OPEN.replace("<base />", `<base />${IDENTITY}`));
  });

  test.each([["--help"], ["merge", "-h"]])("%s %s prints the help", async (...args) => {
    const { code, stdout } = await run(args);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: sfb policy merge\|check\|remove --resource ID/);
  });

  test.each<[args: string[], message: RegExp]>([
    [[], /say what to do/],
    [["mend"], /unknown command 'mend'/],
    [["merge"], /--resource is missing/],
    [["merge", ...RESOURCE, "--nope"], /'--nope'/],
    [["merge", "--resource"], /--resource/],
    [["merge", ...RESOURCE, "--output", "xml"], /--output xml is unknown/],
    [["check", ...RESOURCE, "--write", "a.xml"], /check never changes/],
    [["merge", ...RESOURCE, "--write"], /--write needs files/],
    [["merge", ...RESOURCE, "--write", "-"], /--write needs files/],
    [["merge", ...RESOURCE, "-", "-"], /give '-' once/],
    [["merge", ...RESOURCE, "--keep-key", "--query", "q"], /choose one/],
    [["merge", "--resource", "{{audience}}"], /cannot be written into a policy/],
    [["merge", ...RESOURCE, "--header", ""], /cannot be written into a policy/],
  ])("%j is a mistake, told in one line", async (args, message) => {
    const { code, stdout, stderr } = await run(args, OPEN);

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^sfb policy: .*\n$/);
  });

  test("a terminal is not waited for", async () => {
    expect(await run(["merge", ...RESOURCE], "", { isTTY: true })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("no document"),
    });
  });
});

describe("stops when the user wants it to", () => {
  test("between documents", async () => {
    await put("a.xml", OPEN);

    const result = await run(["merge", "--write", ...RESOURCE, "a.xml"], "", {
      signal: AbortSignal.abort(),
    });

    expect(result).toEqual({ code: 1, stdout: "", stderr: "sfb policy: stopped\n" });
    expect(await get("a.xml")).toBe(OPEN);
  });

  test("while it waits for standard input", async () => {
    const stop = new AbortController();
    const silence = new PassThrough();
    const stderr = new PassThrough();
    const running = policyCommand(["check", ...RESOURCE], {
      stdin: silence,
      stdout: new PassThrough(),
      stderr,
      resolvePath: (path) => path,
      signal: stop.signal,
    });

    stop.abort();

    expect(await running).toBe(1);
    expect(await collect(stderr)).toBe("sfb policy: stopped\n");
  });
});
