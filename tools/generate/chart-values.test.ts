import { expect, test } from "vitest";
import { readChartValues } from "./chart-values.ts";

test("reads keys with what describes them, and what they are unless set", () => {
  const text = `
# -- Pods.
replicaCount: 2

# No description of a key.
image:
  # -- Where it lies,
  # and how it is called.
  repository: ""
  # -- Anything.
  labels:
    a: "1"
`;
  expect(readChartValues(text)).toEqual([
    { path: "replicaCount", default: 2, description: "Pods." },
    { path: "image.repository", default: "", description: "Where it lies, and how it is called." },
    { path: "image.labels", default: { a: "1" }, description: "Anything." },
  ]);
});

test.each([
  ["at the top", "replicaCount: 2", "replicaCount"],
  ["below another", "image:\n  tag: x", "image.tag"],
  ["with a comment that is no description", "# Two.\nreplicaCount: 2", "replicaCount"],
  ["after one that has one", "# -- Two.\na: 2\nb: 1", "b"],
])("refuses a key %s without a description", (_, text, path) => {
  expect(() => readChartValues(text)).toThrow(`${path} has no description`);
});
