import { readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";
import { temporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";
import { buildBundle } from "./build-bundle.ts";
import { NO_CONTAINERS, runInContainer, type ContainerOptions } from "./container.ts";
import { argumentsOf, labelsOf, parseDockerfile } from "./dockerfile.ts";
import { PROJECT_ROOT } from "../support/project.ts";

const dockerfile = parseDockerfile(readFileSync(join(PROJECT_ROOT, "Dockerfile"), "utf8"));
const [buildStage, finalStage] = dockerfile.stages;
if (buildStage === undefined || finalStage === undefined) throw new Error("two stages expected");

const inFinal = (keyword: string) =>
  finalStage.instructions.filter((instruction) => instruction.keyword === keyword);
const vectorOf = (keyword: string) => inFinal(keyword).at(-1)?.vector ?? [];
const textOf = (keyword: string) => inFinal(keyword).at(-1)?.text ?? "";

describe("the Dockerfile", () => {
  test("builds the bundle once, where the build runs, and lets no package run scripts", () => {
    expect(dockerfile.stages).toHaveLength(2);
    expect(buildStage.platform).toBe("$BUILDPLATFORM");
    const runs = buildStage.instructions.filter(({ keyword }) => keyword === "RUN");
    expect(runs.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^npm ci --ignore-scripts\b/),
      "npm run bundle",
    ]);
  });

  test("ships on distroless Node 24 without a shell, pinned by a digest when one is given", () => {
    expect(finalStage.platform).toBeUndefined();
    expect(finalStage.from).toBe("${BASE_IMAGE}${BASE_DIGEST:+@${BASE_DIGEST}}");
    expect(dockerfile.globalArguments).toMatchObject({
      BUILD_IMAGE: expect.stringMatching(/^node:24-/),
      BASE_IMAGE: "gcr.io/distroless/nodejs24-debian13:nonroot",
      BASE_DIGEST: "",
    });
    expect(inFinal("RUN")).toEqual([]);
    expect(inFinal("SHELL")).toEqual([]);
  });

  test("holds the bundle, which nobody can write, and the licence", () => {
    expect(inFinal("ADD")).toEqual([]);
    expect(inFinal("COPY").map(({ flags, text }) => ({ ...flags, text }))).toEqual([
      { text: "LICENSE /licenses/LICENSE" },
      { from: "build", chmod: "0444", text: "/build/dist/sfb.js /app/sfb.js" },
    ]);
  });

  test("runs as a user in numbers, who is not root, in vector form", () => {
    expect(textOf("USER")).toBe("65532:65532");
    expect(finalStage.instructions.findLastIndex(({ keyword }) => keyword === "COPY")).toBeLessThan(
      finalStage.instructions.findIndex(({ keyword }) => keyword === "USER"),
    );
    expect(vectorOf("ENTRYPOINT")).toEqual(["/nodejs/bin/node"]);
    expect(vectorOf("CMD")).toEqual(["/app/sfb.js", "controller"]);
    expect(textOf("EXPOSE")).toBe("8080 8081");
  });

  test("has the labels of the Open Container Initiative, filled by arguments", () => {
    const labels = labelsOf(finalStage);
    const names = "title description licenses vendor version revision created source documentation";
    for (const name of [...names.split(" "), "url", "base.name", "base.digest"]) {
      expect(labels).toHaveProperty([`org.opencontainers.image.${name}`]);
    }
    const declared = Object.keys(argumentsOf(finalStage.instructions));
    const used = Object.values(labels).flatMap((value) =>
      [...value.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name),
    );
    expect(new Set(used)).toEqual(new Set(declared));
  });

  test("gets from the folder what it copies, and no more", () => {
    const allowed = readFileSync(join(PROJECT_ROOT, ".dockerignore"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    const copied = dockerfile.stages
      .flatMap(({ instructions }) => instructions)
      .filter(({ keyword, flags }) => keyword === "COPY" && flags["from"] === undefined)
      .flatMap(({ text }) => text.split(" ").slice(0, -1));
    expect(new Set(copied)).toEqual(new Set(allowed));
    expect(readFileSync(join(PROJECT_ROOT, ".dockerignore"), "utf8")).toMatch(/^\*$/m);
  });
});

if (NO_CONTAINERS !== undefined) {
  console.warn(`The bundle is NOT run on a read-only root as another user: ${NO_CONTAINERS}.`);
}

describe.skipIf(NO_CONTAINERS !== undefined)("the bundle, contained as in the image", () => {
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await temporaryFolder();
    await buildBundle(join(folder.path, "sfb.js"));
    return async () => await folder[Symbol.asyncDispose]();
  }, 60_000);

  const contained = async (
    command: readonly string[],
    options: {
      readonly variables?: Readonly<Record<string, string>>;
      readonly files?: ContainerOptions["files"];
      readonly volumes?: readonly string[];
    } = {},
  ) =>
    await runInContainer({
      bundle: { file: join(folder.path, "sfb.js"), at: vectorOf("CMD")[0] ?? "" },
      user: textOf("USER"),
      workingDirectory: textOf("WORKDIR"),
      command: [...vectorOf("ENTRYPOINT"), ...command],
      variables: {},
      files: [],
      ...options,
    });
  const bundle = vectorOf("CMD")[0] ?? "";

  test("is really contained: another user, nothing to write to, no shell", async () => {
    const probe = `
      const { writeFileSync, existsSync } = require("node:fs");
      const write = (path) => { try { writeFileSync(path, "x"); return "written"; } catch (error) { return error.code; } };
      console.log(JSON.stringify({
        user: [process.getuid(), process.getgid(), process.getgroups()],
        writes: ["/x", "/app/sfb.js", "/tmp/x", "/usr/lib/x"].map(write),
        shell: existsSync("/bin/sh"),
      }))`;
    const { stdout, stderr } = await contained(["-e", probe]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      user: [65532, 65532, [65532]],
      writes: ["EROFS", "EROFS", "ENOENT", "EROFS"],
      shell: false,
    });
  });

  test("does the main job against a local Azure", async () => {
    await using azure = await startTestSimulator();
    const manifest = join(folder.path, "orders.yaml");
    writeFileSync(manifest, readFileSync(join(PROJECT_ROOT, "examples/orders.yaml")));
    const state = join(folder.path, "state");
    await mkdir(state, { recursive: true });
    const trusted = process.env["NODE_EXTRA_CA_CERTS"] ?? "";
    const { exitCode, stdout, stderr } = await contained(
      [
        "--max-old-space-size-percentage=75",
        bundle,
        "apply",
        "-f",
        manifest,
        "--state",
        join(state, "sfb"),
        "--wait",
      ],
      {
        variables: { ...azure.variables, NODE_EXTRA_CA_CERTS: trusted },
        files: [manifest, trusted, azure.variables["AZURE_FEDERATED_TOKEN_FILE"] ?? ""].map(
          (file) => ({ file }),
        ),
        volumes: [state],
      },
    );
    expect(stderr).not.toMatch(/unexpected/);
    expect(stdout).toMatch(/^shop\/orders: Ready Secured: /);
    expect(exitCode).toBe(0);
    expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
  }, 60_000);

  test("says what it is for, and that the local Azure is not in it", async () => {
    expect(await contained([bundle, "--help"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Usage: sfb COMMAND"),
    });
    expect(await contained([bundle, "simulate"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("the local Azure is not part of this build"),
    });
  });
});
