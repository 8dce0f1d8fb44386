import type { Registration } from "../api/v1alpha1/types.generated.ts";
import type { JsonObject } from "../azure/json.ts";
import { acceptedTokens } from "../safeguards/auth-settings.ts";
import { AdoptionError } from "./adoption-error.ts";
import type { PresentToken } from "./present-token.ts";
import type { Remark } from "./remark.ts";

const CLIENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The registration for which the gateways get their tokens and whose tokens the function accepts.
 * @throws {AdoptionError} when these are two, or it is named by something else than its client id.
 */
export function presentRegistration(
  token: PresentToken | undefined,
  settings: JsonObject,
): { readonly registration: Pick<Registration, "clientId">; readonly remarks: readonly Remark[] } {
  const sent = token?.audience.toLowerCase();
  const accepted = acceptedTokens(settings).clientId?.toLowerCase();
  if (sent !== undefined && accepted !== undefined && sent !== accepted) {
    throw new AdoptionError(
      `The policies get tokens for ${sent}, and the function's authentication is for registration ${accepted}. A manifest has one client id for both: make resource of authentication-managed-identity and registration.clientId the same.`,
    );
  }
  const clientId = sent ?? accepted;
  if (clientId === undefined) {
    const text =
      "None in Azure yet: without clientId, a registration is created and kept up. Name one to use that instead.";
    return { registration: {}, remarks: [{ field: "registration", text }] };
  }
  if (!CLIENT_ID.test(clientId)) {
    throw new AdoptionError(
      `The registration is named ${clientId}, and a manifest takes its client id only. Write that in its place.`,
    );
  }
  return {
    registration: { clientId },
    remarks: halfNamed(sent, accepted).map((text) => ({ field: "registration", text })),
  };
}

function halfNamed(sent: string | undefined, accepted: string | undefined): readonly string[] {
  if (sent === undefined) {
    return ["From the function's authentication; no policy gets tokens for it yet."];
  }
  if (accepted === undefined) {
    return ["From the policies; the function's authentication does not name it yet."];
  }
  return [];
}
