import type { Answer } from "../azure/door.ts";
import { isStopped, type Circumstances } from "./circumstances.ts";
import { bad, good, open, type Finding } from "./finding.ts";
import type { DirectCall } from "./probes.ts";

type Answered = Answer & { readonly kind: "answered" };

/**
 * Judges a call past the gateway. A refusal counts only where authentication was what refused: a
 * stopped app, an IP rule and a disabled public access answer 403 as well.
 */
export function judgeDirect({ url, caller, answer }: DirectCall, { site }: Circumstances): Finding {
  if (answer.kind === "unreachable") {
    return open(
      "NoRoute",
      `${url} cannot be reached from here (${answer.cause}), so nothing is proved.`,
    );
  }
  const got = `${url} answered ${answer.status} to ${caller === "anonymous" ? "an anonymous call" : "a valid token of another identity"}`;
  if (answer.headers["x-ms-forbidden-ip"] !== undefined) {
    return open(
      "AddressRefused",
      `${got}: an IP rule of the function refuses this place, so authentication is not proved.`,
    );
  }
  if (isStopped(site)) {
    return open(
      "AppStopped",
      `${got}, and the app is ${site.state}: start it, a stopped app proves nothing.`,
    );
  }
  if (site.publicNetworkAccess === "Disabled") {
    return open(
      "NoRoute",
      `${got}, and public network access is disabled: authentication is not proved.`,
    );
  }
  if (isRefusal(answer, caller)) return good(got);
  if (answer.status >= 500) {
    return open(
      "FunctionFailing",
      `${got}: the function is not well, look at its logs; nothing is proved.`,
    );
  }
  return caller === "anonymous"
    ? bad("DirectCallAdmitted", `${got}: the function can be reached past its gateway.`)
    : bad("IntruderAdmitted", `${got}: callers that the spec does not name get in.`);
}

/** A caller without a token may also be sent to the provider's login page: he is not let in. */
function isRefusal(answer: Answered, caller: DirectCall["caller"]): boolean {
  const isLogin = answer.status === 302 && answer.headers["location"] !== undefined;
  return answer.status === 401 || answer.status === 403 || (caller === "anonymous" && isLogin);
}

/** What the function makes of a valid token for it whose owner it need not let in. */
export type Reception = "recognised" | "not recognised" | "not known";

/**
 * Reads from the direct calls whether the function recognises tokens for its audience: it answers 403
 * to a token that it recognises and 401 to one that it does not ("Configure your App Service or
 * Functions app to use Microsoft Entra sign-in", Microsoft Learn). Where anonymous callers get 403
 * too, the difference is lost.
 */
export function receptionOf(calls: readonly DirectCall[], circumstances: Circumstances): Reception {
  const judged = calls.filter((call) => judgeDirect(call, circumstances).status !== "open");
  const statusesOf = (caller: DirectCall["caller"]) =>
    judged.flatMap((call) =>
      call.caller === caller && call.answer.kind === "answered" ? call.answer.status : [],
    );
  const [status] = statusesOf("intruder");
  if (status === undefined) return "not known";
  if (status === 401) return "not recognised";
  return status === 403 && statusesOf("anonymous").includes(403) ? "not known" : "recognised";
}
