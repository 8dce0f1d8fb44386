import { AZURE_ENVIRONMENT, AZURE_OPTIONS } from "./azure-help.ts";

const COMMON_OPTIONS = `  -f, --file PATH          manifest, or folder of manifests (.yaml, .yml, .json, recursively);
                           may be given several times
  --state DIR              where identity, status and snapshots of the objects are kept
                           (default: .sfb in the present folder)`;

const FURTHER_OPTIONS = `  --keys DIR               subscription keys that verification.gateway names: DIR/NAMESPACE/NAME.yaml,
                           each a Secret of type securedbackend.dev/subscription-key
  --installation NAME      by which name other installations know this one, where the state folder
                           is not kept (default: a random one, kept in the state folder)
${AZURE_OPTIONS}

Environment:
${AZURE_ENVIRONMENT}
  LOG_LEVEL                warn unless set: debug, info, error, silent`;

/** What `sfb plan --help` prints. */
export const PLAN_HELP = `Usage: sfb plan -f PATH [options]

Looks at Azure and says what apply would do: what each write is, what could break, which
rights are missing, every difference, the ways around the lock, and what calls get at
present. Writes nothing, neither to Azure nor to the state folder.

Options:
${COMMON_OPTIONS}
  -o, --output FORMAT      text, json or yaml
${FURTHER_OPTIONS}

Exit codes:
  0  everything is in sync
  2  something differs, is being changed, or is suspended and was not looked at
  1  a manifest is invalid, something is in the way, or Azure cannot be read
`;

/** What `sfb apply --help` prints. */
export const APPLY_HELP = `Usage: sfb apply -f PATH [--wait [--timeout 10m]] [options]

Makes Azure what the manifests ask, step by step. Without --wait it ends when nothing more
can be done at once; call it again to go on.

Options:
${COMMON_OPTIONS}
  --wait                   go on until every object is ready, or needs a person
  --timeout 10m            for how long to go on with --wait
  -o, --output FORMAT      text, json or yaml: the objects with their status
${FURTHER_OPTIONS}

Exit codes:
  0  every object is ready
  2  work is still in progress, or an object is suspended
  1  a manifest is invalid, or an object needs a person (Stalled)
`;

/** What `sfb watch --help` prints. */
export const WATCH_HELP = `Usage: sfb watch -f PATH [options]

Keeps Azure what the manifests ask, until it is stopped by SIGINT or SIGTERM. Looks again
on each object's resyncInterval and whenever a manifest changes; prints drift field by
field, what was corrected, and how each object stands. A manifest that becomes invalid is
reported, and its last valid version stays in force; one that is removed ends the watch
over its object.

Options:
${COMMON_OPTIONS}
  -o, --output FORMAT      text, or json: one object per line with time and event (drift,
                           corrected, condition, status, released or problem)
${FURTHER_OPTIONS}

Exit codes:
  0  stopped as asked
  1  the command line is wrong, or the state folder cannot be used
`;

/** What `sfb delete --help` prints. */
export const DELETE_HELP = `Usage: sfb delete -f PATH [--name NAMESPACE/NAME] [options]

Stops managing the objects: forgets their status. What happens in Azure is what their
deletionPolicy says. Retain, the default: nothing is touched, the functions stay closed, and
how to undo that by hand is printed. Restore: what was there before is given back, first
authentication, then the policies, then the rest; a registration that was created is removed.
The gateways keep their identity.

Options:
${COMMON_OPTIONS}
  --name NAMESPACE/NAME    an object whose manifest has gone; may be given several times
  -o, --output FORMAT      text, json or yaml
${FURTHER_OPTIONS}

Exit codes:
  0  none of the objects is managed any more
  1  a manifest is invalid, something could not be given back, or the state folder cannot
     be used
`;
