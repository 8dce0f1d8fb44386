import { createHash } from "node:crypto";
import type { SecuredFunctionBackend } from "./types.generated.ts";

/** How somebody asks for a pass now: any new value will do. */
const REQUEST_ANNOTATION = "securedbackend.dev/reconcile-requested-at";

/** Flux's own name for the same. */
export const FLUX_REQUEST_ANNOTATION = "reconcile.fluxcd.io/requestedAt";

/** What `status.lastHandledReconcileAt` holds. */
const LONGEST_ECHO = 64;

/**
 * The value by which somebody asks for a pass, as status echoes it: as it was written, or its hash
 * where it is too long for that.
 */
export function requestOf({
  metadata,
}: Pick<SecuredFunctionBackend, "metadata">): string | undefined {
  const values = [REQUEST_ANNOTATION, FLUX_REQUEST_ANNOTATION].flatMap(
    (name) => metadata.annotations?.[name] ?? [],
  );
  if (values.length === 0) return undefined;
  const value = values.join(" ");
  if (value.length <= LONGEST_ECHO) return value;
  return createHash("sha256").update(value).digest("hex");
}
