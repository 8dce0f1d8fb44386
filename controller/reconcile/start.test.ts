import { expect, test } from "vitest";
import { aBackend, START } from "../../test/support/builders.ts";
import type {
  SecuredFunctionBackend,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import { isAwaited, statusToStartFrom } from "./start.ts";

const operations = [{ resourceId: "/service", url: "https://arm/operation", startedAt: START }];
const before: SecuredFunctionBackendStatus = {
  observedGeneration: 1,
  lastHandledReconcileAt: "monday",
  operations,
  rollout: { step: "RolledBack", startedAt: START },
  driftCount: 2,
};

test.each([
  { name: "nothing happened", generation: 1, requestedAt: undefined, forgotten: false },
  {
    name: "a request that was obeyed already",
    generation: 1,
    requestedAt: "monday",
    forgotten: false,
  },
  { name: "a new request", generation: 1, requestedAt: "tuesday", forgotten: true },
  { name: "a changed spec", generation: 2, requestedAt: undefined, forgotten: true },
])(
  "what was given up is tried again only for a reason: $name",
  ({ generation, requestedAt, forgotten }) => {
    const status = statusToStartFrom(
      aBackend({ metadata: { generation }, status: before }),
      requestedAt,
    );
    expect(status.rollout).toEqual(forgotten ? undefined : before.rollout);
    expect(status.operations).toEqual(forgotten ? undefined : operations);
    expect(status.driftCount).toBe(2);
    expect(status.lastHandledReconcileAt).toBe(requestedAt ?? "monday");
  },
);

test.each(["Completed", "RollBack", "InboundPolicy"] as const)(
  "a changed spec does not make %s undone",
  (step) => {
    const rollout = { step, startedAt: START };
    const object = aBackend({ metadata: { generation: 2 }, status: { ...before, rollout } });
    expect(statusToStartFrom(object, undefined).rollout).toEqual(rollout);
  },
);

test("an object that nobody has looked at starts from nothing", () => {
  expect(statusToStartFrom(aBackend(), undefined)).toEqual({});
  expect(statusToStartFrom(aBackend(), "monday")).toEqual({ lastHandledReconcileAt: "monday" });
});

test.each([
  { name: "a closed pair that is looked at in passing", status: {}, isAwaitedNow: false },
  { name: "a new spec", status: { observedGeneration: 0 }, isAwaitedNow: true },
  { name: "a pass that was asked for", requestedAt: "now", status: {}, isAwaitedNow: true },
  {
    name: "a request that was obeyed",
    requestedAt: "now",
    status: { lastHandledReconcileAt: "now" },
    isAwaitedNow: false,
  },
  { name: "a function that is still open", status: { rollout: undefined }, isAwaitedNow: true },
])("somebody waits for $name: $isAwaitedNow", ({ requestedAt, status, isAwaitedNow }) => {
  const rollout = { step: "Completed" as const, startedAt: START };
  const object = {
    ...aBackend(),
    status: { observedGeneration: 1, rollout, ...status },
  } as SecuredFunctionBackend;
  expect(isAwaited(object, requestedAt)).toBe(isAwaitedNow);
});
