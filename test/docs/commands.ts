import type { Page } from "./pages.ts";

/** What a block of commands needs beside a shell: said in a comment right before it. */
const COMMAND_KINDS = {
  cluster: "a cluster, one after the other in the order of the pages",
  "cluster-of-its-own": "a cluster in which nothing is installed yet",
  "other-release": "a cluster in which a release was uninstalled",
  controller: "a controller that works",
  azure: "a subscription of Azure",
  argocd: "Argo CD",
  flux: "Flux",
} as const;

export type CommandKind = keyof typeof COMMAND_KINDS;

/** A block of commands in a page. */
export interface CommandBlock {
  /** Undefined when no comment says it. */
  readonly kind: CommandKind | undefined;
  readonly script: string;
}

const BLOCK =
  /(?:<!-- commands: (?<kind>[\w-]+) -->\s+)?^(?<indent> *)```sh\n(?<script>.*?)^ *```$/gmsu;

/** Every block of commands in a page, in order. */
export function commandsOf({ text }: Page): readonly CommandBlock[] {
  return [...text.matchAll(BLOCK)].map(({ groups = {} }) => {
    const { kind = "", indent = "", script = "" } = groups;
    return {
      kind: kind in COMMAND_KINDS ? (kind as CommandKind) : undefined,
      script: script.replaceAll(new RegExp(`^${indent}`, "gmu"), ""),
    };
  });
}
