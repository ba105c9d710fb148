import { expect, test } from 'vitest';

import { Lanes } from '../../../src/live/webhooks/lanes.ts';

/** Lanes whose work ends when the test says so. */
function held(limits: { atMost: number; perOwner: number }) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const lanes = new Lanes(limits, (owner, lane) => {
    begun.push(`${owner}/${lane}`);
    return new Promise((resolve) => ends.set(`${owner}/${lane}`, resolve));
  });
  const end = async (name: string) => {
    ends.get(name)!();
    await new Promise(setImmediate);
  };
  return { lanes, begun, end };
}

test('of one owner few lanes are worked at once, and other owners do not wait for it', async () => {
  const { lanes, begun, end } = held({ atMost: 3, perOwner: 2 });

  for (const lane of ['1', '2', '3', '4']) lanes.offer('a', lane);
  lanes.offer('b', '1');
  lanes.offer('c', '1');

  expect(begun).toEqual(['a/1', 'a/2', 'b/1']);
  await end('b/1');
  expect(begun).toEqual(['a/1', 'a/2', 'b/1', 'c/1']);
  await end('c/1');
  expect(begun).toHaveLength(4);
  await end('a/1');
  expect(begun.slice(4)).toEqual(['a/3']);
});

test('a lane is worked by one at a time: offered meanwhile, it is worked once more afterwards', async () => {
  const { lanes, begun, end } = held({ atMost: 9, perOwner: 9 });

  for (let i = 0; i < 5; i += 1) lanes.offer('a', '1');
  expect(begun).toEqual(['a/1']);
  await end('a/1');
  expect(begun).toEqual(['a/1', 'a/1']);
  await end('a/1');

  expect(begun).toHaveLength(2);
  expect(lanes.countOf('a')).toBe(0);
});

test('the end waits for what has begun, begins nothing more, and not for ever', async () => {
  const { lanes, begun, end } = held({ atMost: 1, perOwner: 1 });
  lanes.offer('a', '1');
  lanes.offer('a', '2');

  const closed = lanes.close(60_000);
  await end('a/1');
  await closed;

  expect(begun).toEqual(['a/1']);
  const stuck = held({ atMost: 1, perOwner: 1 });
  stuck.lanes.offer('a', '1');
  await stuck.lanes.close(1);
});
