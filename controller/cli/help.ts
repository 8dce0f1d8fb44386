/** What `sfb --help` prints. */
export const HELP = `Usage: sfb COMMAND [options]

Makes an Azure Function App callable only through its API Management APIs, keeps it so,
and proves it with calls.

Commands:
  plan -f PATH      say what apply would do
  apply -f PATH     make it so
  watch -f PATH     keep it so, and report drift as it happens
  controller        keep the objects of a cluster so
  delete -f PATH    stop managing, as deletionPolicy says
  adopt             print a manifest for a function and its APIs as they are
  policy VERB       merge, check or remove the statements in policy documents
  simulate          start a local Azure to try all this on

'sfb COMMAND --help' tells more about each.
`;
