import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CERTIFICATE_FILES } from "./certificate.ts";

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
