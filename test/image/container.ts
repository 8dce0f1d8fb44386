import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ended } from "../support/command-line.ts";

/** A file of this machine, and where it is inside; absent: at the same path. */
export interface MountedFile {
  readonly file: string;
  readonly at?: string;
}

/** A container while it runs. */
export interface RunningContainer extends AsyncDisposable {
  readonly ended: Promise<Ended>;
  /** What was printed on standard error so far. */
  stderr(): string;
  /** Asks it to end, as a kubelet does. */
  terminate(): Promise<Ended>;
}

/** What a container is made of, as its image and its pod say. */
export interface ContainerOptions {
  /** The bundle of this machine, and where the image has it. */
  readonly bundle: { readonly file: string; readonly at: string };
  /** `user:group`, in numbers. */
  readonly user: string;
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Files that are readable inside: what a pod mounts. */
  readonly files: readonly MountedFile[];
  /** Folders of this machine that are writable inside, at the same path. */
  readonly volumes?: readonly string[];
}

/** Why no container can be made here; undefined where one can. */
export const NO_CONTAINERS = whyNoContainers();

/** Runs a command in a container until it ends. */
export async function runInContainer(options: ContainerOptions): Promise<Ended> {
  await using container = await startContainer(options);
  return await container.ended;
}

/**
 * Makes a root file system of Node, its libraries and the bundle, and runs a command in it: everything
 * read-only, as the image's user, without a way to more rights. No container engine is needed, only
 * root on Linux.
 */
export async function startContainer(options: ContainerOptions): Promise<RunningContainer> {
  const root = await mkdtemp(join(tmpdir(), "sfb-container-"));
  const { bundle, files, volumes = [] } = options;
  const child = spawn(
    "unshare",
    ["--mount", "--propagation", "private", "sh", "-euc", SCRIPT, "contain", ...options.command],
    {
      env: {
        ...options.variables,
        SFB_ROOT: root,
        SFB_NODE: process.execPath,
        SFB_BUNDLE: bundle.file,
        SFB_BUNDLE_AT: bundle.at,
        SFB_USER: options.user,
        SFB_DIRECTORY: options.workingDirectory,
        SFB_FILES: files.map(({ file, at = file }) => `${file} ${at}`).join("\n"),
        SFB_VOLUMES: volumes.join("\n"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "close").then(([exitCode]) => ({
    exitCode: exitCode as number | null,
    stdout,
    stderr,
  }));
  return {
    ended,
    stderr: () => stderr,
    terminate: async () => {
      child.kill("SIGTERM");
      return await ended;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) child.kill("SIGKILL");
      await ended;
      await rmdir(root);
    },
  };
}

/** Mounts live in a namespace of their own, and go with the process. */
const SCRIPT = `
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t tmpfs -o mode=755 tmpfs "$SFB_ROOT"
into() { mkdir -p "$SFB_ROOT$(dirname "$1")"; }
bind() { into "$2"; [ -d "$1" ] && mkdir -p "$SFB_ROOT$2" || touch "$SFB_ROOT$2"; mount --bind "$1" "$SFB_ROOT$2"; }
bind_readonly() { bind "$1" "$2"; mount -o remount,bind,ro "$SFB_ROOT$2"; }
for library in /lib /lib64 /usr/lib /usr/lib64; do
  if [ -L "$library" ]; then into "$library"; cp -a "$library" "$SFB_ROOT$library"
  elif [ -d "$library" ]; then bind_readonly "$library" "$library"; fi
done
for file in /etc/hosts /etc/resolv.conf /etc/nsswitch.conf; do
  if [ -f "$file" ]; then into "$file"; cp "$file" "$SFB_ROOT$file"; fi
done
bind "$SFB_NODE" /nodejs/bin/node
bind /dev/null /dev/null
into "$SFB_BUNDLE_AT"; install -m 0444 "$SFB_BUNDLE" "$SFB_ROOT$SFB_BUNDLE_AT"
printf '%s\\n' "$SFB_FILES" | while read -r file at; do
  [ -z "$file" ] || { into "$at"; install -m 0444 "$file" "$SFB_ROOT$at"; }
done
printf '%s\\n' "$SFB_VOLUMES" | while read -r folder; do
  [ -z "$folder" ] || { bind "$folder" "$folder"; chown "$SFB_USER" "$folder"; }
done
mkdir -p "$SFB_ROOT$SFB_DIRECTORY"
mount -o remount,ro "$SFB_ROOT"
cd "$SFB_ROOT"
root=$SFB_ROOT user=$SFB_USER
unset SFB_ROOT SFB_NODE SFB_BUNDLE SFB_BUNDLE_AT SFB_USER SFB_DIRECTORY SFB_FILES SFB_VOLUMES PATH
exec /usr/bin/setpriv --no-new-privs /usr/sbin/chroot --userspec="$user" --groups="\${user#*:}" "$root" "$@"
`;

function whyNoContainers(): string | undefined {
  if (process.platform !== "linux") return "it takes Linux";
  if (process.getuid?.() !== 0) return "it takes root";
  const tried = spawnSync("unshare", ["--mount", "true"]);
  return tried.status === 0 ? undefined : "a mount namespace cannot be had";
}
