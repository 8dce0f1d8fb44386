import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Heap } from "./heap.ts";

const commands = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("add" as const), rank: fc.integer({ min: 0, max: 20 }) }),
    fc.constant({ kind: "take" as const }),
    fc.record({ kind: fc.constant("delete" as const), index: fc.nat(30) }),
  ),
  { maxLength: 200 },
);

test("is a sorted list, whatever is added, taken and deleted", () => {
  fc.assert(
    fc.property(commands, (commands) => {
      const heap = new Heap<{ rank: number; id: number }>((a, b) => a.rank - b.rank || a.id - b.id);
      const added: { rank: number; id: number }[] = [];
      const answers: [unknown, unknown][] = [];
      let sorted: { rank: number; id: number }[] = [];
      for (const command of commands) {
        if (command.kind === "add") {
          const item = { rank: command.rank, id: added.length };
          added.push(item);
          heap.add(item);
          sorted = [...sorted, item].toSorted((a, b) => a.rank - b.rank || a.id - b.id);
        } else if (command.kind === "take") {
          answers.push([heap.take(), sorted.shift()]);
        } else {
          const item = added[command.index];
          if (item === undefined) continue;
          answers.push([heap.delete(item), sorted.includes(item)]);
          sorted = sorted.filter((other) => other !== item);
        }
        answers.push([heap.first, sorted[0]], [heap.size, sorted.length]);
      }
      expect(answers.map(([answer]) => answer)).toEqual(answers.map(([, wanted]) => wanted));
    }),
  );
});
