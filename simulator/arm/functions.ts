import { jsonAnswer, type Answer } from "../http/message.ts";
import type { Site } from "../world/site.ts";
import type { ArmCall } from "./call.ts";
import { findSite, typeOf } from "./sites.ts";

/** GET `…/functions`: each function with the bindings that its host read. */
export function listFunctions(call: ArmCall): Answer {
  const site = findSite(call);
  const functions = [
    ...site.functions.map((route) => ({
      name: nameOf(route),
      bindings: httpBindings(site, route),
    })),
    ...site.otherFunctions,
  ];
  return jsonAnswer(200, {
    value: functions.map(({ name, bindings }) => functionDocument(site, name, bindings)),
    nextLink: null,
  });
}

/** Functions are named by letters, digits, hyphens and underscores, routes are not. */
function nameOf(route: string): string {
  return route.replaceAll(/[^\w-]+/gu, "-").replace(/-$/u, "");
}

function httpBindings(site: Site, route: string): readonly Readonly<Record<string, unknown>>[] {
  return [
    {
      name: "req",
      type: "httpTrigger",
      direction: "in",
      authLevel: site.functionKey === undefined ? "anonymous" : "function",
      methods: ["get", "post"],
      route,
    },
    { name: "$return", type: "http", direction: "out" },
  ];
}

function functionDocument(
  site: Site,
  name: string,
  bindings: readonly Readonly<Record<string, unknown>>[],
): Record<string, unknown> {
  return {
    id: `${site.id}/functions/${name}`,
    name: `${site.name}/${name}`,
    type: `${typeOf(site)}/functions`,
    properties: {
      function_app_id: null,
      script_root_path_href: `https://${site.hostName}/admin/vfs/home/site/wwwroot/${name}/`,
      script_href: null,
      config_href: null,
      test_data_href: null,
      secrets_file_href: null,
      href: `https://${site.hostName}/admin/functions/${name}`,
      config: { name, bindings },
      files: null,
      test_data: "",
      invoke_url_template: `https://${site.hostName}/api/${name}`,
      language: "node",
      isDisabled: false,
    },
  };
}
