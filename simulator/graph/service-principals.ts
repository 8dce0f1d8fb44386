import { randomUUID } from "node:crypto";
import { isObject, textOf, type Answer } from "../http/message.ts";
import type { Registration } from "../world/registration.ts";
import { checkPermission, checkQuota } from "./access.ts";
import type { GraphCall } from "./call.ts";
import { entityAnswer, servicePrincipalDocument } from "./documents.ts";
import { badRequest, GraphError, resourceNotFound } from "./errors.ts";

export function getServicePrincipal(call: GraphCall): Answer {
  checkPermission(call);
  return show(call, 200, find(call, call.world.directory.registrations()));
}

/** POST: an application has no service principal until somebody makes one. */
export function createServicePrincipal(call: GraphCall): Answer {
  const { directory } = call.world;
  checkPermission(call);
  const clientId = isObject(call.body) ? textOf(call.body["appId"]) : "";
  if (directory.registration(clientId) === undefined) {
    throw badRequest(
      `The appId '${clientId}' of the service principal does not reference a valid application object.`,
    );
  }
  const stored = directory.stored().find((one) => one.clientId === clientId);
  if (stored === undefined || stored.servicePrincipal !== null) {
    throw new GraphError(
      409,
      "Request_MultipleObjectsWithSameKeyValue",
      `The service principal cannot be created, updated, or restored because the service principal name ${clientId} is already in use.`,
    );
  }
  checkQuota(call);
  const registration = { ...stored, servicePrincipal: randomUUID() };
  directory.write(registration, call.settings.graphDelayInMs);
  return show(call, 201, registration);
}

/** PATCH of `appRoleAssignmentRequired`. */
export function patchServicePrincipal(call: GraphCall): Answer {
  const registration = find(call, call.world.directory.stored());
  checkPermission(call, registration);
  const { appRoleAssignmentRequired, ...others } = isObject(call.body) ? call.body : {};
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw badRequest(`Invalid property '${unknown}'.`);
  if (typeof appRoleAssignmentRequired === "boolean") {
    const changed = { ...registration, assignmentRequired: appRoleAssignmentRequired };
    call.world.directory.write(changed, call.settings.graphDelayInMs);
  }
  return { status: 204 };
}

export function deleteServicePrincipal(call: GraphCall): Answer {
  const registration = find(call, call.world.directory.stored());
  checkPermission(call, registration);
  const changed = { ...registration, servicePrincipal: null };
  call.world.directory.write(changed, call.settings.graphDelayInMs);
  return { status: 204 };
}

function show(call: GraphCall, status: number, registration: Registration): Answer {
  const document = servicePrincipalDocument(registration, call.world.tenantId);
  return entityAnswer(call, status, "servicePrincipals", document);
}

function find({ key }: GraphCall, among: readonly Registration[]): Registration {
  const registration = among.find(
    ({ clientId, servicePrincipal, deletedAt }) =>
      servicePrincipal !== null &&
      deletedAt === null &&
      (key?.name === "appId"
        ? clientId.toLowerCase() === key.value.toLowerCase()
        : servicePrincipal === key?.value),
  );
  if (registration === undefined) throw resourceNotFound(key?.value ?? "");
  return registration;
}
