import type { Reason } from "../api/v1alpha1/conditions.ts";
import type { Answer } from "../azure/door.ts";
import { isSameIssuer } from "../safeguards/auth-settings.ts";
import { lacksServicePrincipal } from "../safeguards/registration-token.ts";
import { KNOWN_AFTER_APPLY } from "../safeguards/safeguard.ts";
import { isStopped, type Circumstances } from "./circumstances.ts";
import { bad, good, open, type Finding } from "./finding.ts";
import type { Reception } from "./judge-direct.ts";
import type { GatewayCall } from "./probes.ts";

type Answered = Answer & { readonly kind: "answered" };

/** Why a call went wrong, and what to do. */
type Explanation = readonly [reason: Reason, remedy: string];

/**
 * Judges a call through the gateway: what else was seen tells which of the things that can go wrong
 * between gateway and function did.
 */
export function judgeGateway(
  { url, expectedStatus, withKey, answer }: GatewayCall,
  reception: Reception,
  circumstances: Circumstances,
): Finding {
  if (answer.kind === "withheld") {
    return open("SubscriptionKeyMissing", `${url} was not called. ${answer.cause}`);
  }
  if (answer.kind === "unreachable") {
    return bad(
      "NoRoute",
      `${url} cannot be reached from here (${answer.cause}). Let the operator reach the gateway, or correct verification.gateway.`,
    );
  }
  if (answer.status === expectedStatus) return good(url);
  const [reason, remedy] =
    explainKey(answer, withKey) ??
    explainSite(answer, circumstances) ??
    explainStatus(answer, reception, circumstances);
  return bad(reason, `${url} answered ${answer.status} instead of ${expectedStatus}: ${remedy}`);
}

function explainKey({ status, headers }: Answered, withKey: boolean): Explanation | undefined {
  const challenge = headers["www-authenticate"] ?? "";
  if (status !== 401 || !/AzureApiManagementKey/i.test(challenge)) return undefined;
  return withKey
    ? [
        "SubscriptionKeyRefused",
        "the API does not take the subscription key. Put the key of an active subscription that covers the API into the Secret.",
      ]
    : [
        "SubscriptionKeyRequired",
        "the API wants a subscription key. Name one in verification.gateway[].subscriptionKeySecretRef, or a path of an API that needs none.",
      ];
}

/** What keeps every caller out, whoever he is. */
function explainSite(
  { status, headers }: Answered,
  { site }: Circumstances,
): Explanation | undefined {
  if (isStopped(site)) return ["AppStopped", `the app is ${site.state}. Start it.`];
  const isForbidden = headers["x-ms-forbidden-ip"] !== undefined;
  if (isForbidden || (status === 403 && site.publicNetworkAccess === "Disabled")) {
    return [
      "AddressRefused",
      "a network rule of the function keeps the gateway out. Allow the gateway's addresses, or give it a private way there.",
    ];
  }
  return undefined;
}

function explainStatus(
  answer: Answered,
  reception: Reception,
  circumstances: Circumstances,
): Explanation {
  const { status } = answer;
  if (status === 401) return explainRefusedToken(answer, reception, circumstances);
  if (status === 403 && circumstances.site.enforced) {
    return [
      "CallerNotAllowed",
      "the function knows the gateway's token and does not allow its identity. Compare the allow-lists of its authentication settings with status.gateways.",
    ];
  }
  if (status === 404) {
    return answer.origin === "gateway"
      ? ["PathNotFound", "the API has no GET operation of this path. Correct verification.gateway."]
      : ["PathNotFound", "the function has no such path. Correct verification.gateway."];
  }
  if (status >= 500) return explainFailure(answer, circumstances);
  return [
    "UnexpectedStatus",
    "correct expectedStatus or path in verification.gateway, or what answers there.",
  ];
}

/** The function got no token that it takes. */
function explainRefusedToken(
  { headers }: Answered,
  reception: Reception,
  { site, registration }: Circumstances,
): Explanation {
  const { audience, issuer } = registration;
  if (!site.enforced) {
    return [
      "UnexpectedStatus",
      "authentication is off, so the function itself refuses. Set authLevel of its functions to anonymous, or let API Management send the function key.",
    ];
  }
  const asked = /resource_id="([^"]+)"/i.exec(headers["www-authenticate"] ?? "")?.[1];
  const accepted = asked ?? site.accepts.clientId;
  if (
    accepted !== undefined &&
    isKnownYet(audience) &&
    accepted.toLowerCase() !== audience.toLowerCase()
  ) {
    return [
      "WrongAudience",
      `the function takes tokens for ${accepted}, and the gateway brings one for ${audience}. Make registration.clientId and the function's registration the same.`,
    ];
  }
  const acceptedIssuer = site.accepts.issuer;
  if (accepted === undefined || acceptedIssuer === undefined) {
    return [
      "TokenNotAccepted",
      "the function's settings name no registration, or no issuer, whose tokens it could accept. Do not leave them to ignoreDifferences.",
    ];
  }
  if (isKnownYet(issuer) && !isSameIssuer(acceptedIssuer, issuer)) {
    return [
      "IssuerMismatch",
      `the function takes tokens of ${acceptedIssuer}, and Entra issues them as ${issuer}. Set requestedAccessTokenVersion of the registration to 2, or correct registration.tokenVersion and tenantId.`,
    ];
  }
  switch (reception) {
    case "recognised":
      return [
        "PolicyNotExecuted",
        "the function takes other tokens for its audience, so none came from the gateway. Look for an operation policy without <base />, or one that sets Authorization itself.",
      ];
    case "not recognised":
      return [
        "TokenNotAccepted",
        "the function takes no token for its audience, though its settings are right. Restart it, and look at /.auth/version and WEBSITE_AUTH_ settings.",
      ];
    case "not known":
      return [
        "TokenNotAccepted",
        "the function got no token from the gateway, or does not accept it. Check audience, issuer and tenant, and that no operation policy leaves out <base />.",
      ];
  }
}

function isKnownYet(fact: string): boolean {
  return fact !== KNOWN_AFTER_APPLY;
}

function explainFailure(
  { origin }: Answered,
  { registration: { audience, token, refusal } }: Circumstances,
): Explanation {
  if (refusal !== undefined && /AADSTS501051\b/.test(refusal)) {
    return [
      "RoleNotAssigned",
      `the registration ${audience} asks for an assignment, and Entra gives no token without one. Assign the gateway's identity to it, or set appRoleAssignmentRequired to false. (${refusal})`,
    ];
  }
  if (lacksServicePrincipal({ token, refusal })) {
    return [
      "ServicePrincipalMissing",
      `Entra has no service principal for ${audience}, so the gateway gets no token. Create it: az ad sp create --id ${audience}. (${refusal})`,
    ];
  }
  return origin === "gateway"
    ? [
        "GatewayFailing",
        "the gateway could not get a token, run its policies or reach the function. Check that the registration has a service principal, then the API's trace.",
      ]
    : [
        "FunctionFailing",
        "the function is not well, or a policy of the API answers so. Look at the function's logs, then the API's trace.",
      ];
}
