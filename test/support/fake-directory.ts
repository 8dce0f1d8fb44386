import type { Application, Operation, ServicePrincipal } from "../../controller/azure/door.ts";
import { AzureError } from "../../controller/azure/errors.ts";
import { valueAt, type JsonObject } from "../../controller/azure/json.ts";
import { AUDIENCE, TENANT } from "./builders.ts";

/** One application and its service principal, in memory; what was written is seen at once unless told. */
export class FakeDirectory {
  registered: Application | undefined;
  hasServicePrincipal = false;
  /** Whether reads still show nothing of what was written. */
  isBehind = false;

  application(_uniqueName: string): Application | undefined {
    return this.isBehind ? undefined : this.registered;
  }

  servicePrincipal(clientId: string): ServicePrincipal | undefined {
    const isSeen = this.hasServicePrincipal && !this.isBehind;
    return isSeen ? { clientId, tenantId: TENANT } : undefined;
  }

  create(uniqueName: string, application: JsonObject): Operation {
    this.registered ??= {
      id: "object-id",
      clientId: AUDIENCE,
      signInAudience: "AzureADandPersonalMicrosoftAccount",
      tokenVersion: "V1",
      credentials: [],
    };
    this.update(application);
    return { url: `https://graph.microsoft.com/v1.0/${uniqueName}`, retryAfterInMs: undefined };
  }

  remove(): void {
    this.registered = undefined;
  }

  update(members: JsonObject): void {
    if (this.registered === undefined) {
      throw new AzureError({
        reason: "TargetNotFound",
        errorClass: "Terminal",
        status: 404,
        message: "Graph knows no such application.",
      });
    }
    const { signInAudience } = members;
    const version = valueAt(members, "/api/requestedAccessTokenVersion");
    this.registered = {
      ...this.registered,
      ...(typeof signInAudience === "string" && { signInAudience }),
      ...(version !== undefined && { tokenVersion: version === 2 ? "V2" : "V1" }),
    };
  }

  createServicePrincipal(clientId: string): Operation {
    this.hasServicePrincipal = true;
    return { url: `https://graph.microsoft.com/v1.0/${clientId}`, retryAfterInMs: undefined };
  }
}
