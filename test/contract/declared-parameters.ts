import type { Issue } from "./issue.ts";
import { decodedPath, type DeclaredOperation, type Parameter } from "./open-api.ts";

/** Headers that change what a write does: one that is not declared may be ignored by the service. */
const CONDITIONAL_HEADERS = ["if-match", "if-none-match", "prefer"];

/** What is wrong with path, query and conditional headers of a request to an operation. */
export function parameterIssues(
  { path, parameters }: DeclaredOperation,
  url: URL,
  headers: Readonly<Record<string, string>>,
): readonly Issue[] {
  const inside = (place: string) => parameters.filter((parameter) => parameter.in === place);
  const values = path.exec(decodedPath(url))?.groups ?? {};
  return [
    ...inside("path").flatMap((parameter) => enumIssues(parameter, values[parameter.name])),
    ...queryIssues(inside("query"), url),
    ...headerIssues(inside("header"), headers),
  ];
}

function queryIssues(declared: readonly Parameter[], url: URL): readonly Issue[] {
  return [...url.searchParams].flatMap(([name, value]) => {
    const parameter = declared.find((each) => each.name === name);
    return parameter === undefined
      ? [issue("UNDECLARED_QUERY_PARAMETER", `There is no query parameter ${name}.`)]
      : enumIssues(parameter, value);
  });
}

function headerIssues(
  parameters: readonly Parameter[],
  headers: Readonly<Record<string, string>>,
): readonly Issue[] {
  const declared = parameters.map(({ name }) => name.toLowerCase());
  return CONDITIONAL_HEADERS.filter((name) => name in headers && !declared.includes(name)).map(
    (name) => issue("UNDECLARED_HEADER", `There is no header ${name}.`),
  );
}

function enumIssues(parameter: Parameter, value: string | undefined): readonly Issue[] {
  const { name, enum: allowed } = parameter;
  if (allowed === undefined || value === undefined || allowed.includes(value)) return [];
  return [issue("UNDECLARED_VALUE", `${name} is ${value}, not one of ${allowed.join(", ")}.`)];
}

function issue(code: string, message: string): Issue {
  return { code, message, pointer: "" };
}
