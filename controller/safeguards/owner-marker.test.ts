import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { valueAt, type JsonObject } from "../azure/json.ts";
import {
  foreignOwnersIn,
  MARKER_POINTER,
  markerOf,
  ownersIn,
  ownerText,
  withMarker,
  withoutMarkers,
  type Owner,
} from "./owner-marker.ts";

const ME: Owner = { installation: "here", namespace: "shop", name: "orders" };
const THEM: Owner = { installation: "there", namespace: "shop", name: "orders" };

function settings(...entries: readonly string[]): JsonObject {
  return { platform: { enabled: true }, login: { allowedExternalRedirectUrls: entries } };
}

describe("reading", () => {
  test.each<{ name: string; settings: JsonObject; owners: readonly string[] }>([
    { name: "no document", settings: {}, owners: [] },
    { name: "a login that holds null", settings: { login: null }, owners: [] },
    {
      name: "no list",
      settings: { login: { allowedExternalRedirectUrls: null } },
      owners: [],
    },
    { name: "entries of others", settings: settings("https://contoso.com/done"), owners: [] },
    {
      name: "a marker among them",
      settings: settings("https://contoso.com/done", markerOf(THEM)),
      owners: ["there/shop/orders"],
    },
    {
      name: "one that came back in another form",
      settings: settings(`${markerOf(THEM).replace("https", "HTTPS")}/`),
      owners: ["there/shop/orders"],
    },
    {
      name: "two, where two wrote at once",
      settings: settings(markerOf(THEM), markerOf(ME)),
      owners: ["there/shop/orders", "here/shop/orders"],
    },
  ])("$name", ({ settings, owners }) => {
    expect(ownersIn(settings).map(ownerText)).toEqual(owners);
  });

  test("another object of the same installation is not foreign: the two know of each other", () => {
    const sibling = { ...ME, name: "stock" };
    expect(foreignOwnersIn(settings(markerOf(sibling)), ME)).toEqual([]);
    expect(foreignOwnersIn(settings(markerOf(THEM)), ME)).toEqual([THEM]);
  });
});

describe("laws", () => {
  const word = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?$/);
  const owner = fc.record({ installation: word, namespace: word, name: word });
  const foreign = fc.array(fc.webUrl());
  const others = fc.dictionary(fc.string(), fc.string());

  test("a document holds one marker after writing, and nothing else has changed", () => {
    fc.assert(
      fc.property(owner, owner, foreign, others, (mine, before, urls, members) => {
        const document = {
          ...members,
          login: { tokenStore: { enabled: true }, ...settingsOf([...urls, markerOf(before)]) },
        };
        const marked = withMarker(document, mine);
        expect(ownersIn(marked)).toEqual([mine]);
        expect(valueAt(marked, MARKER_POINTER)).toEqual([...urls, markerOf(mine)]);
        expect({ ...marked, login: undefined }).toEqual({ ...document, login: undefined });
        expect(valueAt(marked, "/login/tokenStore")).toEqual({ enabled: true });
        expect(withMarker(marked, mine)).toBe(marked);
      }),
    );
  });

  test("what is taken away leaves what stood there before", () => {
    fc.assert(
      fc.property(owner, foreign, (mine, urls) => {
        const document = { login: urls.length === 0 ? {} : settingsOf(urls) };
        expect(withoutMarkers(withMarker(document, mine))).toEqual(document);
        expect(withoutMarkers(document)).toBe(document);
      }),
    );
  });

  function settingsOf(entries: readonly string[]) {
    return { allowedExternalRedirectUrls: entries };
  }
});
