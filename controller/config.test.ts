import { describe, expect, test } from "vitest";
import { UsageError } from "./usage-error.ts";
import { readClusterEnvironment, readConfig, readUserDirectory } from "./config.ts";

describe("readConfig", () => {
  test("is the public Azure with patient checks unless told", () => {
    expect(readConfig({}, {})).toEqual({
      azure: {
        authorityHost: "https://login.microsoftonline.com/",
        tenantId: undefined,
        clientId: undefined,
        federatedTokenFile: undefined,
        armEndpoint: "https://management.azure.com",
        armAudience: "https://management.azure.com",
        graphEndpoint: "https://graph.microsoft.com",
        userAgent: "secured-function-backend/0.1.0",
        timeoutInMs: 30_000,
        callTimeoutInMs: 10_000,
        budget: { readsPerSecond: 10, writesPerSecond: 5 },
      },
      settleTimeInMs: 300_000,
      logLevel: "warn",
    });
  });

  test("takes every variable and flag", () => {
    const environment = {
      AZURE_AUTHORITY_HOST: "https://localhost:1/",
      AZURE_TENANT_ID: "tenant",
      AZURE_CLIENT_ID: "client",
      AZURE_FEDERATED_TOKEN_FILE: "/token",
      AZURE_RESOURCE_MANAGER_ENDPOINT: "https://localhost:2/",
      AZURE_RESOURCE_MANAGER_AUDIENCE: "https://audience",
      AZURE_GRAPH_ENDPOINT: "https://localhost:3",
      LOG_LEVEL: "debug",
    };
    const flags = {
      "settle-time": "1m",
      "request-timeout": "2s",
      "call-timeout": "3s",
      "reads-per-second": "25",
      "writes-per-second": "1000",
    };
    expect(readConfig(flags, environment)).toMatchObject({
      azure: {
        authorityHost: "https://localhost:1/",
        tenantId: "tenant",
        clientId: "client",
        federatedTokenFile: "/token",
        armEndpoint: "https://localhost:2",
        armAudience: "https://audience",
        graphEndpoint: "https://localhost:3",
        timeoutInMs: 2000,
        callTimeoutInMs: 3000,
        budget: { readsPerSecond: 25, writesPerSecond: 1000 },
      },
      settleTimeInMs: 60_000,
      logLevel: "debug",
    });
  });

  test("asks for tokens for the endpoint that it calls, unless told otherwise", () => {
    const environment = { AZURE_RESOURCE_MANAGER_ENDPOINT: "https://localhost:2/" };
    expect(readConfig({}, environment).azure.armAudience).toBe("https://localhost:2");
  });

  test("cannot be changed", () => {
    expect(Object.isFrozen(readConfig({}, {}))).toBe(true);
  });

  test.each([
    {
      environment: { AZURE_AUTHORITY_HOST: "http://login.microsoftonline.com" },
      says: "AZURE_AUTHORITY_HOST is http://login.microsoftonline.com: write an https://",
    },
    {
      environment: { AZURE_RESOURCE_MANAGER_ENDPOINT: "management.azure.com" },
      says: "AZURE_RESOURCE_MANAGER_ENDPOINT is management.azure.com: write an https://",
    },
    { environment: { LOG_LEVEL: "loud" }, says: "LOG_LEVEL is loud: write one of trace, debug" },
    { flags: { "settle-time": "5" }, says: '--settle-time "5" is no duration' },
    { flags: { "request-timeout": "soon" }, says: '--request-timeout "soon" is no duration' },
    {
      flags: { "reads-per-second": "0" },
      says: "--reads-per-second 0: write a number from 1 to 1000",
    },
    { flags: { "writes-per-second": "1001" }, says: "--writes-per-second 1001: write a number" },
    { flags: { "writes-per-second": "2.5" }, says: "--writes-per-second 2.5: write a number" },
    { flags: { installation: "Team A" }, says: "--installation Team A: write at most 63" },
    { flags: { "call-timeout": "" }, says: '--call-timeout "" is no duration' },
  ])("$says", ({ environment = {}, flags = {}, says }) => {
    const read = () => readConfig(flags, environment);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(says);
  });
});

test("an empty variable counts as absent", () => {
  expect(readConfig({}, { LOG_LEVEL: "" }).logLevel).toBe("warn");
  expect(readConfig({}, { AZURE_TENANT_ID: "" }).azure.tenantId).toBeUndefined();
});

test("the user stands where npm was called, else in the working directory", () => {
  expect(readUserDirectory({ INIT_CWD: "/home/user" })).toBe("/home/user");
  expect(readUserDirectory({})).toBe(process.cwd());
});

test("a user without a home has no kubeconfig there, as in an image", () => {
  expect(readClusterEnvironment({}).kubeConfigFiles).toEqual([]);
  expect(readClusterEnvironment({ HOME: "/home/me" }).kubeConfigFiles).toEqual([
    "/home/me/.kube/config",
  ]);
});
