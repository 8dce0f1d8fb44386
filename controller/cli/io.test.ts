import { Writable } from "node:stream";

import { expect, test } from "vitest";

import { writeText } from "./io.ts";

function failing(code: string): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
  });
}

test("a text is written to the byte, and no listener stays", async () => {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });

  await writeText(stream, "\uFEFFé🙂\r\n");

  expect(Buffer.concat(chunks).toString("utf8")).toBe("\uFEFFé🙂\r\n");
  expect(stream.listenerCount("error")).toBe(0);
});

test("a reader that has gone is no error", async () => {
  await expect(writeText(failing("EPIPE"), "x")).resolves.toBeUndefined();
});

test("any other failure is one", async () => {
  await expect(writeText(failing("ENOSPC"), "x")).rejects.toMatchObject({ code: "ENOSPC" });
});
