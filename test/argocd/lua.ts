import { LuaFactory } from "wasmoon";

/** What Argo CD's Lua has besides the basics: nothing for health, a safe `os` for actions. */
const WITHHELD = ["io", "debug", "string", "math", "coroutine", "utf8", "loadfile", "dofile"];

/**
 * Runs a script as Argo CD does: with the object as the global `obj`, and without the libraries that it
 * withholds ("Custom Health Checks", Argo CD operator manual). @returns what the script returns.
 */
export async function runLua(script: string, object: unknown): Promise<unknown> {
  const engine = await new LuaFactory().createEngine();
  try {
    for (const name of WITHHELD) engine.global.set(name, undefined);
    return await engine.doString(`obj = ${literal(object)}\n${script}`);
  } finally {
    engine.global.close();
  }
}

/** A value as Lua writes it; nulls are left out, as Argo CD does. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(literal).join(", ")}}`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member != null);
    return `{${members.map(([key, member]) => `[${quote(key)}] = ${literal(member)}`).join(", ")}}`;
  }
  return typeof value === "string" ? quote(value) : String(value);
}

/** Bytes as decimal escapes, which Lua 5.1 and later read alike. */
function quote(text: string): string {
  const bytes = [...Buffer.from(text, "utf8")];
  return `"${bytes.map((byte) => `\\${String(byte).padStart(3, "0")}`).join("")}"`;
}
