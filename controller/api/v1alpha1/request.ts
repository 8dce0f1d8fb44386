import { echoOf } from "./echo.ts";
import type { SecuredFunctionBackend } from "./types.generated.ts";

/** How somebody asks for a pass now: any new value will do. */
const REQUEST_ANNOTATION = "securedbackend.dev/reconcile-requested-at";

/** Flux's own name for the same. */
export const FLUX_REQUEST_ANNOTATION = "reconcile.fluxcd.io/requestedAt";

/** What `status.lastHandledReconcileAt` holds. */
const LONGEST_ECHO = 64;

/** The value by which somebody asks for a pass, as status echoes it. */
export function requestOf({
  metadata,
}: Pick<SecuredFunctionBackend, "metadata">): string | undefined {
  const values = [REQUEST_ANNOTATION, FLUX_REQUEST_ANNOTATION].flatMap(
    (name) => metadata.annotations?.[name] ?? [],
  );
  if (values.length === 0) return undefined;
  return echoOf(values.join(" "), LONGEST_ECHO);
}
