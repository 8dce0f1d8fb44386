import { isObject } from "../http/message.ts";

const MASK = "***";

/**
 * A parsed body of a request or answer without what only its caller may know: values of application
 * settings, and secrets that Microsoft Graph hands out.
 */
export function maskSecrets(path: string, body: unknown): unknown {
  if (!/\/config\/appsettings(?:\/|$)/iu.test(path)) return withoutSecretTexts(body);
  if (!isObject(body) || !isObject(body["properties"])) return body;
  const names = Object.keys(body["properties"]);
  return { ...body, properties: Object.fromEntries(names.map((name) => [name, MASK])) };
}

function withoutSecretTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretTexts);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === "secretText" && typeof member === "string" ? MASK : withoutSecretTexts(member),
    ]),
  );
}
