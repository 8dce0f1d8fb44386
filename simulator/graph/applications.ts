import { randomUUID } from "node:crypto";
import { isObject, jsonAnswer, textOf, type Answer } from "../http/message.ts";
import type { Registration } from "../world/registration.ts";
import { checkPermission, checkQuota } from "./access.ts";
import { readChanges } from "./application-changes.ts";
import type { GraphCall } from "./call.ts";
import { applicationDocument, entityAnswer } from "./documents.ts";
import { badRequest, resourceNotFound } from "./errors.ts";

const NO_CONTENT: Answer = { status: 204 };
const PASSWORD_LIFE_IN_MS = 730 * 24 * 60 * 60 * 1000;

export function getApplication(call: GraphCall): Answer {
  checkPermission(call);
  const registration = find(call, call.world.directory.registrations());
  return entityAnswer(call, 200, "applications", applicationDocument(registration), {
    federatedIdentityCredentials: registration.federatedCredentials,
  });
}

/** PATCH: with `Prefer: create-if-missing` and a unique name, it creates what is not there. */
export function patchApplication(call: GraphCall): Answer {
  const { directory } = call.world;
  const isUpsert =
    call.key?.name === "uniqueName" &&
    /create-if-missing/iu.test(call.http.headers["prefer"] ?? "");
  const isStored = live(directory.stored()).some((one) => isNamed(one, call));
  if (isUpsert && !isStored) return create(call, call.key?.value ?? "");
  if (!isUpsert) find(call, directory.registrations());
  const registration = find(call, live(directory.stored()));
  checkPermission(call, registration);
  write(call, { ...registration, ...readChanges(call.body) });
  return NO_CONTENT;
}

/** DELETE is soft: the unique name stays taken, and the service principal goes along. */
export function deleteApplication(call: GraphCall): Answer {
  const registration = find(call, live(call.world.directory.stored()));
  checkPermission(call, registration);
  write(call, { ...registration, deletedAt: new Date(call.clock.now()).toISOString() });
  return NO_CONTENT;
}

/** Brings a deleted application back, and its service principal with it. */
export function restoreApplication(call: GraphCall): Answer {
  const deleted = call.world.directory.stored().filter(({ deletedAt }) => deletedAt !== null);
  const registration = find(call, deleted);
  checkPermission(call, registration);
  const restored = { ...registration, deletedAt: null };
  write(call, restored);
  return entityAnswer(call, 200, "applications", applicationDocument(restored));
}

/** Takes a deleted application out for good. */
export function purgeApplication(call: GraphCall): Answer {
  const deleted = call.world.directory.stored().filter(({ deletedAt }) => deletedAt !== null);
  const registration = find(call, deleted);
  checkPermission(call, registration);
  call.world.directory.purge(registration);
  return NO_CONTENT;
}

/** A new client secret, which only this answer shows. */
export function addPassword(call: GraphCall): Answer {
  const registration = find(call, live(call.world.directory.stored()));
  checkPermission(call, registration);
  const sent = isObject(call.body) ? call.body["passwordCredential"] : undefined;
  const now = call.clock.now();
  const password = {
    keyId: randomUUID(),
    displayName: isObject(sent) ? textOf(sent["displayName"]) : null,
    startDateTime: new Date(now).toISOString(),
    endDateTime: new Date(now + PASSWORD_LIFE_IN_MS).toISOString(),
  };
  const secret = randomUUID();
  write(call, { ...registration, secret, passwords: [...registration.passwords, password] });
  return jsonAnswer(200, { ...password, secretText: secret });
}

export function addFederatedCredential(call: GraphCall): Answer {
  const registration = find(call, live(call.world.directory.stored()));
  checkPermission(call, registration);
  if (!isObject(call.body)) throw badRequest("Unable to read JSON request payload.");
  const { name, issuer, subject, audiences } = call.body;
  const credential = {
    id: randomUUID(),
    name: textOf(name),
    issuer: textOf(issuer),
    subject: textOf(subject),
    audiences: Array.isArray(audiences) ? audiences.map(textOf) : [],
  };
  const federatedCredentials = [...registration.federatedCredentials, credential];
  write(call, { ...registration, federatedCredentials });
  return jsonAnswer(201, credential);
}

function create(call: GraphCall, uniqueName: string): Answer {
  const { directory } = call.world;
  checkPermission(call);
  const { displayName, ...changes } = readChanges(call.body);
  if (displayName === undefined) {
    throw badRequest("A value is required for property 'displayName' of resource 'Application'.");
  }
  if (directory.stored().some((one) => one.uniqueName === uniqueName)) {
    throw badRequest("Another object with the same value for property uniqueName already exists.");
  }
  checkQuota(call);
  const registration: Registration = {
    id: randomUUID(),
    clientId: randomUUID(),
    uniqueName,
    displayName,
    signInAudience: "AzureADandPersonalMicrosoftAccount",
    tokenVersion: 2,
    identifierUris: [],
    servicePrincipal: null,
    assignmentRequired: false,
    assignedPrincipals: [],
    passwords: [],
    federatedCredentials: [],
    owner: call.principal.objectId,
    createdAt: new Date(call.clock.now()).toISOString(),
    deletedAt: null,
    ...changes,
  };
  write(call, registration);
  return entityAnswer(call, 201, "applications", applicationDocument(registration));
}

function write(call: GraphCall, registration: Registration): void {
  call.world.directory.write(registration, call.settings.graphDelayInMs);
}

function live(registrations: readonly Registration[]): readonly Registration[] {
  return registrations.filter(({ deletedAt }) => deletedAt === null);
}

function isNamed(registration: Registration, { key }: GraphCall): boolean {
  if (key?.name === "uniqueName") return registration.uniqueName === key.value;
  const id = key?.name === "appId" ? registration.clientId : registration.id;
  return id.toLowerCase() === key?.value.toLowerCase();
}

function find(call: GraphCall, among: readonly Registration[]): Registration {
  const registration = among.find((one) => isNamed(one, call));
  if (registration === undefined) throw resourceNotFound(call.key?.value ?? "");
  return registration;
}
