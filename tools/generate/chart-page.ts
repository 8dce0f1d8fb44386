import { readChartValues, type ChartValue } from "./chart-values.ts";

/** The page with every value of the chart, made of its `values.yaml`. */
export function generateChartPage(valuesText: string): string {
  return (
    [
      "# Values of the chart",
      "<!-- Generated from charts/secured-function-backend/values.yaml by `npm run generate`. Do not edit. -->",
      "How to install it: [install.md](install.md). A value that is not listed here, or of another type, is refused by `helm install`, `upgrade`, `template` and `lint`.",
      [
        "| Value | Default | Meaning |",
        "| --- | --- | --- |",
        ...readChartValues(valuesText).map(row),
      ].join("\n"),
    ].join("\n\n") + "\n"
  );
}

function row({ path, default: value, description }: ChartValue): string {
  const cells = [`\`${path}\``, `\`${JSON.stringify(value)}\``, description];
  return `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
}
