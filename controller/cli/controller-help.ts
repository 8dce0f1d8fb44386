import { AZURE_ENVIRONMENT, AZURE_OPTIONS } from "./azure-help.ts";

/** What `sfb controller --help` prints. */
export const CONTROLLER_HELP = `Usage: sfb controller [options]

Runs in a cluster, or beside one, and keeps every SecuredFunctionBackend in it true, until it
is stopped. Of several replicas one works at a time: the one that holds the lease.

Options:
  -n, --namespace NAME     look after this namespace only; may be given several times
  --workers 8              how many objects are worked on at a time, 1 to 64
  --kubeconfig FILE        how to reach the cluster (default: the pod's service account, else
                           KUBECONFIG, else ~/.kube/config)
  --no-leader-elect        work without a lease: only where there is one replica
  --lease-name NAME        name of the lease (default: secured-function-backend)
  --lease-namespace NAME   namespace of the lease and of the snapshots (default: POD_NAMESPACE,
                           else that of the service account or kubeconfig)
  --lease-duration 15s     after so long without renewal another replica takes over
  --renew-deadline 10s     after so long without renewal a leader stops
  --retry-period 2s        between two attempts to renew or to acquire the lease
  --installation NAME      by which name other installations know this one (default: the uid of
                           the namespace kube-system)
  --health-address :8081   where /livez, /healthz and /readyz are served; off: nowhere
  --metrics-address :8080  where /metrics is served; off: nowhere
  --no-object-metrics      no series of their own for objects, only sums
  --pass-timeout 5m        time limit of one look at one object
  --grace-period 25s       how long stopping may take
${AZURE_OPTIONS}

Environment:
${AZURE_ENVIRONMENT}
  POD_NAMESPACE, POD_NAME  by the downward API, where it runs in a pod
  LOG_LEVEL                info unless set: debug, warn, error, silent

Exit codes:
  0  it was stopped
  1  it could not start, or it lost the lease: start it again
`;
