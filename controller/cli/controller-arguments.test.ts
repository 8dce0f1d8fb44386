import { describe, expect, test } from "vitest";
import { testIo } from "../../test/support/command-io.ts";
import { CONTROLLER_OPTIONS, readControllerOptions } from "./controller-arguments.ts";
import { parseOptions } from "./front-arguments.ts";

function read(...args: readonly string[]) {
  return readControllerOptions(parseOptions(args, CONTROLLER_OPTIONS), testIo(), {
    HOME: "/home/user",
  });
}

describe("the arguments of sfb controller", () => {
  test("have the defaults of other controllers", () => {
    expect(read()).toMatchObject({
      config: { logLevel: "info" },
      environment: { kubeConfigFiles: ["/home/user/.kube/config"] },
      kubeConfigFile: undefined,
      namespaces: [],
      workers: 8,
      lease: {
        isElected: true,
        durationInMs: 15_000,
        renewDeadlineInMs: 10_000,
        retryPeriodInMs: 2000,
      },
      healthAddress: { host: undefined, port: 8081 },
      metricsAddress: { host: undefined, port: 8080 },
      hasObjectMetrics: true,
    });
  });

  test("are understood", () => {
    const args = ["--no-leader-elect", "-n", "shop", "-n", "stage", "-n", "shop"];
    const addresses = ["--health-address", "[::1]:0", "--metrics-address", "off"];
    expect(read(...args, ...addresses, "--kubeconfig", "config")).toMatchObject({
      kubeConfigFile: "/home/user/config",
      namespaces: ["shop", "stage"],
      lease: { isElected: false },
      healthAddress: { host: "::1", port: 0 },
      metricsAddress: undefined,
    });
  });

  test.each([
    [["orders.yaml"], /^unexpected argument 'orders\.yaml'/],
    [["--workers", "0"], /^--workers 0: write a number from 1 to 64$/],
    [["--workers", "many"], /^--workers many: /],
    [["--lease-duration", "10s"], /^--lease-duration must be longer than --renew-deadline$/],
    [["--retry-period", "9s"], /^--renew-deadline must be longer than 1\.2 times --retry-period$/],
    [["--grace-period", "soon"], /^--grace-period "soon" is no duration/],
    [["--health-address", "8081"], /^--health-address 8081: write :PORT, HOST:PORT or off$/],
    [["--metrics-address", ":70000"], /^--metrics-address :70000: /],
  ])("refuse %j", (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
