import { UNPROVEN_ACTIONS, type AzureRole } from "./azure-actions.ts";

/** A role as `az role definition create` takes it. */
export function generateRoleFile({ name, description, actions }: AzureRole): string {
  const definition = {
    Name: name,
    Description: description,
    IsCustom: true,
    Actions: actions,
    NotActions: [],
    AssignableScopes: ["/subscriptions/SUBSCRIPTION_ID"],
  };
  return `${JSON.stringify(definition, undefined, 2)}\n`;
}

/** The page that tells what the operator may do in Azure, and how to let it. */
export function generateRolesPage(roles: readonly AzureRole[]): string {
  return (
    [
      "# Roles in Azure",
      "<!-- Generated from the actions in controller/safeguards/ by `npm run generate`. Do not edit. -->",
      "What the operator's identity needs, split by what it is for. A test holds the roles to the requests that the whole run of tests sends to the local Azure: each is covered by an action, and no action is left over. No action has a wildcard: `*/read` would reveal keys and publishing profiles.",
      "The identity is worth guarding. Whoever may write policies of a service can call every backend as that service; whoever may write `sites/config` can turn authentication off and overwrite app settings. So assign the roles on resource groups, not on subscriptions. For `mode: Observe`, the actions that end in `read` are enough.",
      ...roles.flatMap(roleSection),
      GRAPH,
      "## Not proven",
      "These names were not tried on a real subscription:",
      Object.entries(UNPROVEN_ACTIONS)
        .map(([action, doubt]) => `- \`${action}\`: ${doubt}`)
        .join("\n"),
      "All others stand in Microsoft's lists of [integration](https://learn.microsoft.com/azure/role-based-access-control/permissions/integration), [web and mobile](https://learn.microsoft.com/azure/role-based-access-control/permissions/web-and-mobile) and [identity](https://learn.microsoft.com/azure/role-based-access-control/permissions/identity) permissions.",
    ].join("\n\n") + "\n"
  );
}

function roleSection({ file, name, description, actions, without }: AzureRole): readonly string[] {
  return [
    `## ${name.replace("Secured Function Backend ", "")}`,
    description,
    `Without it: ${without}`,
    actions
      .map((action) => `- \`${action}\`${action in UNPROVEN_ACTIONS ? " (not proven)" : ""}`)
      .join("\n"),
    fence(
      `sed "s/SUBSCRIPTION_ID/$SUBSCRIPTION_ID/" docs/azure-roles/${file}.json > role.json`,
      "az role definition create --role-definition role.json",
      `az role assignment create --role "${name}" --assignee-object-id "$PRINCIPAL_ID" --assignee-principal-type ServicePrincipal --scope "/subscriptions/$SUBSCRIPTION_ID/resourceGroups/$GROUP"`,
    ),
  ];
}

/** Application.ReadWrite.OwnedBy: the id stands in "Microsoft Graph permissions reference", Microsoft Learn. */
const GRAPH_PERMISSION = "18a4783c-866b-4cc7-a460-3d5e5662c884";

const GRAPH = [
  "## Graph",
  "No role of Azure RBAC but a permission of Microsoft Graph, `Application.ReadWrite.OwnedBy`: creates app registrations and their service principals, and changes and removes those that it owns. An administrator of the tenant grants it.",
  "Without it: name an existing registration in `registration.clientId`.",
  fence(
    `GRAPH_ID=$(az ad sp show --id 00000003-0000-0000-c000-000000000000 --query id --output tsv)`,
    `az rest --method POST --url "https://graph.microsoft.com/v1.0/servicePrincipals/$PRINCIPAL_ID/appRoleAssignments" --body "{\\"principalId\\": \\"$PRINCIPAL_ID\\", \\"resourceId\\": \\"$GRAPH_ID\\", \\"appRoleId\\": \\"${GRAPH_PERMISSION}\\"}"`,
  ),
].join("\n\n");

/** Commands that need a subscription: no test runs them. */
function fence(...commands: readonly string[]): string {
  return ["<!-- commands: azure -->", "```sh", ...commands, "```"].join("\n");
}
