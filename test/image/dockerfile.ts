/** One instruction of a Dockerfile. */
export interface Instruction {
  readonly keyword: string;
  /** `--name=value` behind the keyword. */
  readonly flags: Readonly<Record<string, string>>;
  /** The rest, on one line. */
  readonly text: string;
  /** The members of the vector form; absent where it is not written so. */
  readonly vector?: readonly string[];
}

/** From one `FROM` to the next. */
export interface Stage {
  readonly from: string;
  readonly name: string | undefined;
  readonly platform: string | undefined;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** Defaults of the arguments before the first stage. */
  readonly globalArguments: Readonly<Record<string, string>>;
  readonly stages: readonly Stage[];
}

/** Reads as much of a Dockerfile as ours uses. @throws {Error} naming a line that is no instruction. */
export function parseDockerfile(text: string): Dockerfile {
  const instructions = text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(parseInstruction);
  const firstFrom = instructions.findIndex(({ keyword }) => keyword === "FROM");
  const stages: { from: Instruction; instructions: Instruction[] }[] = [];
  for (const instruction of instructions.slice(firstFrom)) {
    if (instruction.keyword === "FROM") stages.push({ from: instruction, instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return {
    globalArguments: argumentsOf(instructions.slice(0, firstFrom)),
    stages: stages.map(({ from, instructions }) => {
      const [, image = "", name] = /^(\S+)(?: AS (\S+))?$/.exec(from.text) ?? [];
      return { from: image, name, platform: from.flags["platform"], instructions };
    }),
  };
}

/** The arguments that are declared, with their defaults; the empty string where there is none. */
export function argumentsOf(
  instructions: readonly Instruction[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    instructions
      .filter(({ keyword }) => keyword === "ARG")
      .map(({ text }) => {
        const [, name = "", value = ""] = /^(\w+)(?:=(.*))?$/.exec(text) ?? [];
        return [name, value.replaceAll('"', "")];
      }),
  );
}

/** The labels of a stage, as written. */
export function labelsOf({ instructions }: Stage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    instructions
      .filter(({ keyword }) => keyword === "LABEL")
      .flatMap(({ text }) => [...text.matchAll(/([\w.]+)="([^"]*)"/g)])
      .map(([, name = "", value = ""]) => [name, value]),
  );
}

function parseInstruction(line: string): Instruction {
  const [, keyword, options = "", text = ""] =
    /^([A-Z]+)((?:\s+--[\w-]+=\S+)*)\s+(.*)$/.exec(line) ?? [];
  if (keyword === undefined) throw new Error(`not an instruction: ${line}`);
  const flags = Object.fromEntries(
    [...options.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  if (!text.startsWith("[")) return { keyword, flags, text: text.trim() };
  return { keyword, flags, text, vector: JSON.parse(text) as string[] };
}
