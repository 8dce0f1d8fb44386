import { plain, startServer, type Reply, type RunningServer } from "./http-server.ts";

/** One thing that has to be so. It is asked on every probe, so it looks at what is known and asks nobody. */
export interface HealthCheck {
  /** In kebab-case. */
  readonly name: string;
  /** What is missing, in words for people; undefined when nothing is. */
  check(): string | undefined;
}

export interface HealthServerOptions {
  readonly port: number;
  readonly host?: string | undefined;
  /** A process that fails one of these has to be restarted. */
  readonly live: readonly HealthCheck[];
  /** A process that fails one of these is not to be counted on yet, or any more. A standby passes them. */
  readonly ready: readonly HealthCheck[];
}

/**
 * Serves `/livez`, `/healthz`, which is the same under the name that controller-runtime uses, and
 * `/readyz`. `?verbose` lists every check; a failing one is always named.
 * @throws {Error} when the port cannot be had.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<RunningServer> {
  const { port, host, live, ready } = options;
  const checksAt: Readonly<Record<string, readonly HealthCheck[]>> = {
    "/livez": live,
    "/healthz": live,
    "/readyz": ready,
  };
  return await startServer({
    port,
    host,
    handler: ({ pathname, searchParams }) => {
      const checks = Object.hasOwn(checksAt, pathname) ? checksAt[pathname] : undefined;
      return checks && report(pathname.slice(1), checks, searchParams.has("verbose"));
    },
  });
}

/** In the manner of the API server's own `/readyz?verbose`. */
function report(what: string, checks: readonly HealthCheck[], isVerbose: boolean): Reply {
  const results = checks.map((each) => ({ name: each.name, missing: ask(each) }));
  const isGood = results.every(({ missing }) => missing === undefined);
  if (isGood && !isVerbose) return plain(200, "ok");
  const lines = results.map(({ name, missing }) =>
    missing === undefined ? `[+]${name} ok` : `[-]${name} failed: ${missing}`,
  );
  return plain(
    isGood ? 200 : 503,
    [...lines, `${what} check ${isGood ? "passed" : "failed"}`].join("\n"),
  );
}

function ask(check: HealthCheck): string | undefined {
  try {
    return check.check();
  } catch (error) {
    return `the check itself failed: ${error instanceof Error ? error.name : "Error"}`;
  }
}
