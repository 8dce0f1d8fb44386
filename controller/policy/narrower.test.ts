import { describe, expect, test } from "vitest";
import { checkNarrowerPolicy } from "./narrower.ts";

const STATEMENTS = {
  resource: "33333333-3333-4333-8333-333333333333",
  removeHeaders: [],
  removeQueryParameters: [],
};
const IDENTITY = `<authentication-managed-identity resource="${STATEMENTS.resource}" />`;
const SET = `<set-header name="Authorization" exists-action="override"><value>x</value></set-header>`;

function policy(inbound: string, backend = "<base />"): string {
  return `<policies>${inbound}<backend>${backend}</backend></policies>`;
}

describe("what an operation's policy does to its API's statements", () => {
  test.each([
    { name: "it runs them", text: policy("<inbound><base /></inbound>") },
    { name: "it has no inbound section", text: policy("") },
    {
      name: "it works on Authorization before",
      text: policy(`<inbound>${SET}<base /></inbound>`),
    },
    { name: "it has its own", text: policy(`<inbound>${IDENTITY}</inbound>`) },
    {
      name: "its header of another request",
      text: policy(
        `<inbound><base /><send-request mode="new" response-variable-name="r">${SET}</send-request></inbound>`,
      ),
    },
  ])("they hold: $name", ({ text }) => {
    expect(checkNarrowerPolicy(text, STATEMENTS)).toEqual({ kind: "holds" });
  });

  test.each([
    { name: "an empty section", text: policy("<inbound />") },
    {
      name: "a base that runs at times only",
      text: policy("<inbound><choose><when condition='@(true)'><base /></when></choose></inbound>"),
    },
    {
      name: "a token for something else",
      text: policy(`<inbound>${IDENTITY.replace("33333333-", "99999999-")}</inbound>`),
    },
  ])("they are skipped: $name", ({ text }) => {
    expect(checkNarrowerPolicy(text, STATEMENTS)).toEqual({ kind: "skips", line: 1, column: 11 });
  });

  test.each([
    { name: "after base", text: policy(`<inbound><base />${SET}</inbound>`), certainty: "certain" },
    {
      name: "in the backend section",
      text: policy("<inbound><base /></inbound>", `${SET}<base />`),
      certainty: "certain",
    },
    { name: "in the backend section alone", text: policy("", SET), certainty: "certain" },
    {
      name: "another token",
      text: policy(
        `<inbound><base /><authentication-managed-identity resource="https://vault.azure.net" /></inbound>`,
      ),
      certainty: "certain",
    },
    {
      name: "in a fragment, perhaps",
      text: policy(`<inbound><base /><include-fragment fragment-id="f" /></inbound>`),
      certainty: "hidden",
    },
    {
      name: "the certain one counts",
      text: policy(`<inbound><base /><include-fragment fragment-id="f" />${SET}</inbound>`),
      certainty: "certain",
    },
  ])("they are undone: $name", ({ text, certainty }) => {
    expect(checkNarrowerPolicy(text, STATEMENTS)).toMatchObject({
      kind: "undoes",
      certainty,
      line: 1,
    });
  });

  test("a document that cannot be read is said to be one", () => {
    expect(checkNarrowerPolicy("<policies>\n<inbound>", STATEMENTS)).toMatchObject({
      kind: "unreadable",
    });
  });
});
