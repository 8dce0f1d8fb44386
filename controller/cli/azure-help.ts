/** The options of every command that speaks with Azure, as its help lists them. */
export const AZURE_OPTIONS = `  --settle-time 5m         how long a check may fail before it is believed
  --request-timeout 30s    time limit of one request to Azure
  --call-timeout 10s       time limit of one call to a function or a gateway
  --reads-per-second 10    how many reads a second a subscription gets, 1 to 1000; ten times as
                           many at once. Azure gives one identity 25
  --writes-per-second 5    the same of writes, and of deletes; Azure gives 10
  -h, --help               print this`;

/** What such a command reads from its environment. */
export const AZURE_ENVIRONMENT = `  AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE
                           workload identity; without them, whoever 'az login' signed in
  AZURE_AUTHORITY_HOST, AZURE_RESOURCE_MANAGER_ENDPOINT, AZURE_RESOURCE_MANAGER_AUDIENCE,
  AZURE_GRAPH_ENDPOINT
                           another cloud, or the local Azure of 'sfb simulate'`;
