/** What `sfb adopt --help` prints. */
export const ADOPT_HELP = `Usage: sfb adopt --function-app ID --api ID [--api ID...] [options]

Reads a Function App and its API Management APIs from Azure and prints a manifest for them:
what they are where they are secure already, and what would close them where they are not.
Writes nothing to Azure. Save it, read it, and see what 'sfb plan' says of it.

Options:
  --function-app ID        Azure resource id of the Function App, or of one of its slots
  --api ID                 Azure resource id of an API; may be given several times
  --name NAME              name of the object (default: that of the Function App)
  --namespace NAMESPACE    its namespace (default: default)
  -o, --output FORMAT      yaml, with comments, or json
  --request-timeout 30s    time limit of one request to Azure
  -h, --help               print this

The environment is that of 'sfb plan'.

Exit codes:
  0  the manifest is complete
  2  it was printed, and standard error says what has to be filled in
  1  the ids are wrong, Azure cannot be read, or no manifest describes what is there
`;
