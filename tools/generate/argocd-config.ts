import { stringify } from "yaml";

/** The scripts that tell Argo CD about our resource. */
export interface ArgoScripts {
  readonly health: string;
  readonly discovery: string;
  /** By the name of the action. */
  readonly actions: Readonly<Record<string, string>>;
}

const RESOURCE = "securedbackend.dev_SecuredFunctionBackend";

/** A patch of Argo CD's settings that holds the scripts, for those who run an Argo CD that does not bring them. */
export function generateArgoConfig({ health, discovery, actions }: ArgoScripts): string {
  const definitions = Object.entries(actions).map(([name, script]) => ({
    name,
    "action.lua": script,
  }));
  const patch = {
    data: {
      [`resource.customizations.health.${RESOURCE}`]: health,
      [`resource.customizations.actions.${RESOURCE}`]: stringify(
        { "discovery.lua": discovery, definitions },
        { lineWidth: 0 },
      ),
    },
  };
  const notice = "# Generated from resource_customizations/ by `npm run generate`. Do not edit.\n";
  return notice + stringify(patch, { lineWidth: 0 });
}
