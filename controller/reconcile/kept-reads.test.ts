import { describe, expect, test } from "vitest";
import { KeptReads } from "./kept-reads.ts";

/** Reads that are kept for ten milliseconds, on a clock that is set by hand. */
function keptReads() {
  const clock = { now: 0 };
  const asked: string[] = [];
  const reads = new KeptReads<number>(10, () => clock.now);
  const get = (id: string) =>
    reads.get(id, async () => {
      asked.push(id);
      return asked.length;
    });
  return { clock, asked, reads, get };
}

describe("kept reads", () => {
  test("are one for all who ask at once or in time, whatever the letter case", async () => {
    const { clock, asked, get } = keptReads();
    expect(await Promise.all([get("/A"), get("/a")])).toEqual([1, 1]);
    clock.now = 9;
    expect(await get("/A")).toBe(1);
    expect(asked).toEqual(["/A"]);
  });

  test("differ by what was asked", async () => {
    const { asked, get } = keptReads();
    await get("/a");
    await get("/b");
    expect(asked).toEqual(["/a", "/b"]);
  });

  test("are read again when their time is over, or when they are forgotten", async () => {
    const { clock, reads, get } = keptReads();
    await get("/a");
    clock.now = 10;
    expect(await get("/a")).toBe(2);
    reads.forget("/A");
    expect(await get("/a")).toBe(3);
  });

  test("are forgotten at a resource and below it, and nowhere else", async () => {
    const { asked, reads, get } = keptReads();
    const all = ["/a", "/a/b", "/ab", "/c/a"];
    for (const id of all) await get(id);
    reads.forget("/A");
    for (const id of all) await get(id);
    expect(asked).toEqual([...all, "/a", "/a/b"]);
  });

  test("are kept no longer than they are answered", async () => {
    const { clock, asked, reads, get } = keptReads();
    await get("/a");
    clock.now = 5;
    await get("/b");
    clock.now = 10;
    reads.dropExpired();
    clock.now = 9;
    await get("/a");
    await get("/b");
    expect(asked).toEqual(["/a", "/b", "/a"]);
  });

  test("do not keep a failure", async () => {
    const { reads, get } = keptReads();
    await expect(reads.get("/a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await get("/a")).toBe(1);
  });
});
