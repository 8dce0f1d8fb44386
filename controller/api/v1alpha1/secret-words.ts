/** Names under which people write secrets, `subscriptionKey` among them. */
const SECRET_NAME = /key|secret|password|token|credential/i;

/** Whether a field's name speaks of a secret: then its value is not shown, not even in an error. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}
