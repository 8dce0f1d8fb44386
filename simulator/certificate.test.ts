import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CERTIFICATE_FILES, createCertificate } from "./certificate.ts";

test("two authorities never bear the same name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sfb-certificate-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const subjects: string[] = [];
  for (const name of ["a", "b"]) {
    const { caFile } = await createCertificate(join(folder, name));
    subjects.push(new X509Certificate(await readFile(caFile)).subject);
  }

  expect(new Set(subjects).size).toBe(2);
});

test("a client that trusts the throw-away authority accepts the certificate of localhost", async () => {
  const folder = process.env["SFB_TEST_CERTIFICATES"] ?? "";
  const server = createServer(
    {
      cert: await readFile(join(folder, CERTIFICATE_FILES.cert), "utf8"),
      key: await readFile(join(folder, CERTIFICATE_FILES.key), "utf8"),
    },
    (_request, response) => response.end("hello"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;

  const answer = await fetch(`https://localhost:${port}/`);

  expect(await answer.text()).toBe("hello");
});
