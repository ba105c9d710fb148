import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { splice } from '../../src/live/splice.ts';
import type { JournalEvent } from '../../src/services/events/read-events.ts';
import { covers, parseSnapshot, sees, type Snapshot } from '../../src/services/events/snapshot.ts';

/** A life of a database: transactions begin and end in any order, each writes one event; `snapshots[i]` was taken after step i. */
function aLife(steps: readonly number[]): { snapshots: Snapshot[]; ended: bigint[][] } {
  let next = 1n;
  const running: bigint[] = [];
  const ended: bigint[] = [];
  const snapshots: Snapshot[] = [];
  const endedAt: bigint[][] = [];
  for (const step of steps) {
    if (step % 2 === 0 || running.length === 0) running.push(next++);
    else ended.push(running.splice(step % running.length, 1)[0]!);
    const newest = ended.reduce((best, xid) => (xid > best ? xid : best), 0n);
    const open = running.filter((xid) => xid <= newest).sort((a, b) => Number(a - b));
    snapshots.push(parseSnapshot(`${open[0] ?? newest + 1n}:${newest + 1n}:${open.join(',')}`)!);
    endedAt.push([...ended]);
  }
  return { snapshots, ended: endedAt };
}

const anEvent = (xid: bigint) => ({ xid, position: Number(xid) }) as JournalEvent;

describe('batches of several readers of one journal', () => {
  test('joined in any order give each event once, and a hole is told', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { minLength: 3, maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 40 }),
        (steps, reads) => {
          const { snapshots, ended } = aLife(steps);
          let place = snapshots[0]!;
          const got: bigint[] = [];
          for (const [one, other] of reads) {
            const [from, to] = [one % steps.length, other % steps.length].sort((a, b) => a - b) as [number, number];
            const [before, after] = [snapshots[from]!, snapshots[to]!];
            const events = ended[to]!.filter((xid) => !sees(before, xid)).map(anEvent);
            const joined = splice(place, { before, after, events });
            if (joined === 'repeat') expect(events.every(({ xid }) => sees(place, xid))).toBe(true);
            else if (joined === 'hole') expect(covers(place, before)).toBe(false);
            else {
              expect(joined.before.text).toBe(place.text);
              got.push(...joined.events.map(({ xid }) => xid));
              place = joined.after;
            }
          }
          const due = ended.at(-1)!.filter((xid) => sees(place, xid) && !sees(snapshots[0]!, xid));
          expect([...got].sort()).toEqual([...due].sort());
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a later snapshot covers an earlier one, never the other way when something ended between', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 2, maxLength: 60 }), (steps) => {
        const { snapshots, ended } = aLife(steps);
        const [first, last] = [snapshots[0]!, snapshots.at(-1)!];
        expect(covers(last, first)).toBe(true);
        expect(covers(first, last)).toBe(ended[0]!.length === ended.at(-1)!.length);
      }),
    );
  });
});
