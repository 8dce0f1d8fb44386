import { attributeValue, elementsWithin } from "./element.ts";
import type { PolicyDocument } from "./document.ts";
import type { PolicyElement } from "./element.ts";
import { IDENTITY_ELEMENT } from "./statements.ts";
import type { OwnedStatement } from "./statements.ts";

/** What an element does, or may do, to what one of our statements has set or removed. */
export interface Disturbance {
  element: PolicyElement;
  /** `hidden`: only the gateway can know. */
  certainty: "certain" | "hidden";
}

/** These build another request or the response: what they set does not reach the function. */
const OTHER_MESSAGES = new Set(["send-request", "send-one-way-request", "return-response"]);

/**
 * The first thing within an element, itself included, that undoes a statement of ours when it runs after it: that sets
 * or removes `Authorization` after the identity, or sets a header or query parameter again after its removal.
 */
export function findDisturbance(
  source: string,
  element: PolicyElement,
  statement: OwnedStatement,
): Disturbance | undefined {
  let hidden: Disturbance | undefined;
  for (const candidate of elementsWithin(element, ({ name }) => !OTHER_MESSAGES.has(name))) {
    if (OTHER_MESSAGES.has(candidate.name)) {
      continue;
    }
    const certainty =
      statement.element === IDENTITY_ELEMENT
        ? touchesAuthorization(source, candidate)
        : setsAgain(source, candidate, statement);
    if (certainty === "certain") {
      return { element: candidate, certainty };
    }
    if (certainty === "hidden") {
      hidden ??= { element: candidate, certainty };
    }
  }
  return hidden;
}

/** What comes after an element of the inbound section and undoes a statement that was in force there. */
export function disturbancesAfter(
  { text, inbound }: PolicyDocument,
  element: PolicyElement,
  statement: OwnedStatement,
): Disturbance[] {
  return (inbound?.children ?? [])
    .filter(({ start }) => start > element.start)
    .flatMap((later) => findDisturbance(text, later, statement) ?? []);
}

/** What undoes a statement in the backend section, which runs after inbound wherever the statement stands. */
export function disturbancesOfBackend(
  { text, root }: PolicyDocument,
  statement: OwnedStatement,
): Disturbance[] {
  return root.children
    .filter(({ name }) => name === "backend")
    .flatMap((section) => section.children)
    .flatMap((child) => findDisturbance(text, child, statement) ?? []);
}

function touchesAuthorization(
  source: string,
  element: PolicyElement,
): Disturbance["certainty"] | undefined {
  switch (element.name) {
    case "authentication-basic":
      return "certain";
    case IDENTITY_ELEMENT:
      return attributeValue(source, element, "output-token-variable-name") === undefined
        ? "certain"
        : undefined;
    case "include-fragment":
      return "hidden";
    case "set-header": {
      const action = attributeValue(source, element, "exists-action");
      // Ours has just set the header, so "skip" finds it there and does nothing.
      if (action?.text === "skip" && !action.opaque) {
        return undefined;
      }
      const name = attributeValue(source, element, "name");
      if (name?.opaque === true) {
        return "hidden";
      }
      return name?.text.trim().toLowerCase() === "authorization" ? "certain" : undefined;
    }
    default:
      return undefined;
  }
}

function setsAgain(
  source: string,
  element: PolicyElement,
  statement: OwnedStatement,
): Disturbance["certainty"] | undefined {
  if (element.name !== statement.element) {
    return undefined;
  }
  const name = attributeValue(source, element, "name");
  const action = attributeValue(source, element, "exists-action");
  const isDeletion = action?.text === "delete" && !action.opaque;
  return name !== undefined &&
    name.text.trim().toLowerCase() === statement.key?.toLowerCase() &&
    !isDeletion
    ? "certain"
    : undefined;
}
