import { setImmediate as nextTurn } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLog, type LogFields } from "./log.ts";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJhcGkifQ.c2lnbmF0dXJl";

function logged() {
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => void lines.push(line) });
  return {
    log,
    lines,
    told: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

test("a line is JSON, with level, time, message and the fields that were given", () => {
  const { log, told } = logged();
  log.info({ object: "shop/orders", durationInMs: 12, error: undefined }, "reconciled");
  expect(told()).toEqual([
    {
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      msg: "reconciled",
      object: "shop/orders",
      durationInMs: 12,
    },
  ]);
});

test("lines below the level are not written", () => {
  const lines: string[] = [];
  const log = createLog("warn", { write: (line) => void lines.push(line) });
  log.info({}, "reconciled");
  log.error({}, "lost the lease");
  expect(lines).toHaveLength(1);
});

describe("during a pass", () => {
  test("lines carry what the pass is about, whoever writes them, and no longer than it goes on", async () => {
    const { log, told } = logged();
    const writeLater = async () => {
      await nextTurn();
      log.info({ service: "graph" }, "azure called");
    };
    await Promise.all(
      ["orders", "bills"].map((name) =>
        log.during({ object: `shop/${name}`, reconcileId: `id-of-${name}` }, writeLater),
      ),
    );
    log.info({}, "idle");
    expect(told().map(({ object, reconcileId }) => [object, reconcileId])).toEqual([
      ["shop/orders", "id-of-orders"],
      ["shop/bills", "id-of-bills"],
      [undefined, undefined],
    ]);
  });

  test("within it, further fields are added and the nearest wins", () => {
    const { log, told } = logged();
    log.during({ object: "shop/orders", controller: "c" }, () =>
      log.during({ safeguard: "hardening", object: "shop/bills" }, () => log.info({}, "x")),
    );
    expect(told()).toMatchObject([
      { object: "shop/bills", controller: "c", safeguard: "hardening" },
    ]);
  });
});

describe("secrets", () => {
  test("what is no field of the log is not written, also when a wider object brings it along", () => {
    const { log, lines } = logged();
    const wider = { object: "shop/orders", bearer: "s3cret", headers: { authorization: "s3cret" } };
    log.info(wider, "reconciled");
    log.during(wider, () => log.info({}, "reconciled"));
    expect(lines).toHaveLength(2);
    expect(lines.join("")).not.toContain("s3cret");
  });

  test("a token in foreign words is left out, in whichever field", () => {
    const fields = ["object", "error", "stack", "reason", "holder", "azureCorrelationId"] as const;
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.string(), fc.string(), (field, before, after) => {
        const { log, lines } = logged();
        const line: LogFields = { [field]: `${before} ${TOKEN} ${after}` };
        log.warn(line, "pass broke off");
        log.during(line, () => log.debug({}, "azure called"));
        for (const part of TOKEN.split(".")) expect(lines.join("")).not.toContain(part);
        expect(lines.join("")).toContain("(token)");
      }),
    );
  });
});
