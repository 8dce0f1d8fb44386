import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { downloadEnvtest } from "./download.ts";

const WANTED = { minor: "1.37", platform: "linux-amd64" };

describe("downloading envtest", () => {
  test("takes the newest release of the series, and puts its programs in place", async () => {
    await using release = await Release.start(["v1.37.2", "v1.37.10", "v1.36.4", "v1.370.0"]);
    await using folder = await temporaryFolder();
    const path = join(folder.path, "cache/envtest");

    const version = await downloadEnvtest(WANTED, path, release.index);

    expect(version).toBe("v1.37.10");
    expect(await readdir(join(folder.path, "cache"))).toEqual(["envtest"]);
    expect((await readdir(path)).toSorted()).toEqual(["etcd", "kube-apiserver", "kubectl"]);
    expect(await readFile(join(path, "etcd"), "utf8")).toBe("etcd of v1.37.10");
  });

  test("refuses an archive with another checksum, and leaves nothing", async () => {
    await using release = await Release.start(["v1.37.2"], { checksum: "00" });
    await using folder = await temporaryFolder();

    const downloaded = downloadEnvtest(WANTED, join(folder.path, "envtest"), release.index);

    await expect(downloaded).rejects.toThrow(
      /envtest-v1\.37\.2-linux-amd64\.tar\.gz has the checksum [0-9a-f]{128}, not the listed 00/u,
    );
    expect(await readdir(folder.path)).toEqual([]);
  });

  test.each([
    ["another series", { ...WANTED, minor: "1.38" }],
    ["another machine", { ...WANTED, platform: "plan9-amd64" }],
  ])("says that there is no release of %s", async (_, wanted) => {
    await using release = await Release.start(["v1.37.2"]);
    await using folder = await temporaryFolder();

    await expect(downloadEnvtest(wanted, folder.path, release.index)).rejects.toThrow(
      `envtest has no release of ${wanted.minor} for ${wanted.platform}`,
    );
  });

  test("fails when the index is not there", async () => {
    await using release = await Release.start([]);
    await using folder = await temporaryFolder();

    await expect(downloadEnvtest(WANTED, folder.path, `${release.index}-moved`)).rejects.toThrow(
      /answered 404/u,
    );
  });
});

/** A server with the index of some versions, and an archive for each. */
class Release implements AsyncDisposable {
  readonly #files = new Map<string, string | Buffer>();
  readonly #server = createServer(({ url = "" }, response) => {
    const file = this.#files.get(url);
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });

  static async start(
    versions: readonly string[],
    { checksum }: { readonly checksum?: string } = {},
  ): Promise<Release> {
    const release = new Release();
    release.#server.listen(0, "127.0.0.1");
    await once(release.#server, "listening");
    const releases: Record<string, unknown> = {};
    for (const version of versions) {
      const name = `envtest-${version}-linux-amd64.tar.gz`;
      const archive = await archiveOf(version);
      const hash = checksum ?? createHash("sha512").update(archive).digest("hex");
      releases[version] = { [name]: { hash, selfLink: `${release.#address}/${name}` } };
      release.#files.set(`/${name}`, archive);
    }
    release.#files.set("/index.yaml", stringify({ releases }));
    return release;
  }

  get index(): string {
    return `${this.#address}/index.yaml`;
  }

  get #address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Laid out as envtest's archives are. */
async function archiveOf(version: string): Promise<Buffer> {
  const names = ["etcd", "kube-apiserver", "kubectl"];
  await using folder = await temporaryFolder(
    Object.fromEntries(
      names.map((name) => [`controller-tools/envtest/${name}`, `${name} of ${version}`]),
    ),
  );
  return execFileSync("tar", ["-czf", "-", "-C", folder.path, "controller-tools"]);
}
