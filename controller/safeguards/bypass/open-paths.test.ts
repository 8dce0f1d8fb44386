import { expect, test } from "vitest";
import { anAuthentication } from "../../../test/support/builders.ts";
import { look } from "../../../test/support/look.ts";
import { openPaths } from "./open-paths.ts";

test.each([
  { path: "/api/health", code: "PathOpen" },
  { path: "/administration", code: "PathOpen" },
  { path: "/admin/*", code: "ManagementPathOpen" },
  { path: "/Admin", code: "ManagementPathOpen" },
  { path: "/runtime/webhooks/eventgrid", code: "ManagementPathOpen" },
])("$path is $code", async ({ path, code }) => {
  const authentication = anAuthentication({ excludedPaths: [path] });
  const found = await look(openPaths, { spec: { authentication } });
  expect(found).toEqual([
    expect.objectContaining({ code, message: expect.stringContaining(path) }),
  ]);
});

test("nothing is open unless the spec says so", async () => {
  expect(await look(openPaths)).toEqual([]);
});
