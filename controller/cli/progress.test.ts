import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { aBackend } from "../../test/support/builders.ts";
import { textOf } from "../../test/support/command-io.ts";
import { startProgress } from "./progress.ts";
import type { Standing } from "./standing.ts";

const orders = aBackend();
const other = aBackend({ metadata: { name: "other" } });

function waitingFor(message: string): Standing {
  return { state: "Reconciling", reason: "GatewayBusy", message, exitCode: 2 };
}

describe("without a terminal", () => {
  test("a line is written whenever something changed, and not again", () => {
    const stderr = new PassThrough();
    const progress = startProgress({ stderr });
    progress.show(orders, waitingFor("one"));
    progress.show(other, waitingFor("one"));
    progress.show(orders, waitingFor("one"));
    progress.show(orders, waitingFor("two"));
    progress.end();
    expect(textOf(stderr).split("\n")).toEqual([
      "shop/orders: GatewayBusy: one",
      "shop/other: GatewayBusy: one",
      "shop/orders: GatewayBusy: two",
      "",
    ]);
  });
});

describe("on a terminal", () => {
  test("one line is rewritten, never wider than the terminal, and wiped at the end", () => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 30 });
    const progress = startProgress({ stderr });
    progress.show(orders, waitingFor("a message that is far too long"));
    progress.show(orders, waitingFor("two"));
    progress.end();
    const erase = "\r\u001B[K";
    expect(textOf(stderr)).toBe(
      `${erase}shop/orders: GatewayBusy: a m${erase}shop/orders: GatewayBusy: two${erase}`,
    );
  });
});
