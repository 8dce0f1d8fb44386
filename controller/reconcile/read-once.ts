import type { Door } from "../azure/door.ts";

/** The door for the looks of one pass: a document in which several safeguards look is read once. */
export function readingOnce(door: Door): Door {
  const { webApps } = door;
  return {
    ...door,
    webApps: {
      ...webApps,
      getSite: once((id) => webApps.getSite(id)),
      getWebConfig: once((id) => webApps.getWebConfig(id)),
    },
  };
}

function once<T>(read: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const reads = new Map<string, Promise<T>>();
  return (id) => {
    const known = reads.get(id) ?? read(id);
    reads.set(id, known);
    return known;
  };
}
