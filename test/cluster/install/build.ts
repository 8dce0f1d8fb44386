import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { watchPeakMemory } from "./peak-memory.ts";
import { MODULES_FOLDER, versionOf, type Tool } from "./tools.ts";

/** What a build took. */
export interface Build {
  readonly tookInMs: number;
  /** Of all processes of the build together; undefined where it cannot be seen. */
  readonly peakInBytes: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Builds a tool from its pinned Go module, and puts it in place in one step.
 *
 * The compiler on the machine is used as it is, two packages at a time: a linker and a compiler of
 * Kubernetes side by side fit into 4 GB.
 *
 * @param path where the binary goes.
 * @throws {Error} with the compiler's words when it cannot be built, and with what to do when there is no Go.
 */
export async function buildTool(
  tool: Tool,
  path: string,
  env: Environment = process.env,
): Promise<Build> {
  const began = performance.now();
  const unfinished = join(dirname(path), `.${tool.name}-${process.pid}`);
  await mkdir(dirname(path), { recursive: true });
  const settings = tool.settings?.(versionOf(tool)) ?? [];
  const linking = ["-s", "-w", ...settings.flatMap((value) => ["-X", value])];
  const flags = ["-p", "2", "-trimpath", "-ldflags", linking.join(" ")];
  const kind = tool.tags === undefined ? [] : ["-tags", tool.tags.join(",")];
  const go = spawn("go", ["build", ...flags, ...kind, "-o", unfinished, tool.program], {
    cwd: join(MODULES_FOLDER, tool.module),
    env: { ...env, GOTOOLCHAIN: "local", CGO_ENABLED: "0" },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const complaints = text(go.stderr);
  await once(go, "spawn").catch((cause: unknown) => {
    throw new Error(describeMissingGo(tool), { cause });
  });
  const stop = () => process.kill(-go.pid!, "SIGKILL");
  process.once("exit", stop);
  using memory = watchPeakMemory(go.pid!);
  try {
    const [exitCode] = (await once(go, "close")) as [number | null];
    if (exitCode !== 0) {
      throw new Error(`${tool.name} cannot be built from its Go module:\n${await complaints}`);
    }
    await rename(unfinished, path);
  } finally {
    process.off("exit", stop);
    await rm(unfinished, { force: true });
  }
  return { tookInMs: performance.now() - began, peakInBytes: memory.peakInBytes() };
}

function describeMissingGo({ name }: Tool): string {
  return (
    `${name} is neither there nor can it be built: there is no \`go\` on the PATH. Install Go 1.26 or newer ` +
    "(https://go.dev/dl), or set KUBEBUILDER_ASSETS to a folder with kube-apiserver, etcd and kubectl, " +
    "as controller-runtime's setup-envtest makes one. helm and promtool are looked for there as well."
  );
}
