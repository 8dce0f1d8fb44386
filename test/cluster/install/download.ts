import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { EnvHttpProxyAgent, fetch } from "undici";
import { parse } from "yaml";

/** Where the releases of envtest are listed, as `setup-envtest` of controller-runtime reads it. */
const ENVTEST_INDEX =
  "https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml";

const INDEX_LIMIT_IN_MS = 10_000;
const ARCHIVE_LIMIT_IN_MS = 120_000;

interface EnvtestIndex {
  readonly releases: Readonly<
    Record<string, Readonly<Record<string, { readonly hash: string; readonly selfLink: string }>>>
  >;
}

/**
 * Downloads envtest's etcd, kube-apiserver and kubectl, and puts them in place in one step.
 *
 * @param minor the series, such as `1.37`; its newest release is taken.
 * @param platform such as `linux-amd64`.
 * @param folder where the three go.
 * @returns the version that was taken.
 * @throws {Error} when there is no such release, the checksum differs, or the network says nothing in time.
 */
export async function downloadEnvtest(
  { minor, platform }: { readonly minor: string; readonly platform: string },
  folder: string,
  index = ENVTEST_INDEX,
): Promise<string> {
  const listed = await read(index, INDEX_LIMIT_IN_MS);
  const { releases } = parse(listed.toString("utf8")) as EnvtestIndex;
  const version = newestOf(minor, Object.keys(releases));
  const name = `envtest-${version}-${platform}.tar.gz`;
  const archive = version === undefined ? undefined : releases[version]?.[name];
  if (version === undefined || archive === undefined) {
    throw new Error(`envtest has no release of ${minor} for ${platform}`);
  }
  const content = await read(archive.selfLink, ARCHIVE_LIMIT_IN_MS);
  const checksum = createHash("sha512").update(content).digest("hex");
  if (checksum !== archive.hash) {
    throw new Error(`${name} has the checksum ${checksum}, not the listed ${archive.hash}`);
  }
  await unpack(content, folder);
  return version;
}

/** `v1.37.10` of `v1.37.2`, `v1.37.10` and `v1.38.0` for `1.37`. */
function newestOf(minor: string, versions: readonly string[]): string | undefined {
  const patchOf = (version: string) => Number(version.split(".")[2]);
  return versions
    .filter((version) => new RegExp(`^v${RegExp.escape(minor)}[.]\\d+$`, "u").test(version))
    .toSorted((one, other) => patchOf(other) - patchOf(one))[0];
}

async function read(url: string, limitInMs: number): Promise<Buffer> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(limitInMs),
    dispatcher: new EnvHttpProxyAgent(),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function unpack(content: Buffer, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(join(dirname(folder), ".envtest-"));
  try {
    const archive = join(unfinished, "archive.tar.gz");
    await writeFile(archive, content);
    // The archive holds `controller-tools/envtest/` and in it the three programs.
    await promisify(execFile)("tar", ["-xzf", archive, "-C", unfinished, "--strip-components=2"]);
    await rm(archive);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
