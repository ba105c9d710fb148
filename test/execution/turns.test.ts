import { afterEach, describe, expect, test } from 'vitest';

import { Turns } from '../../src/execution/turns.ts';
import { aViewer } from '../support/scopes.ts';
import { until } from '../support/until.ts';

const SETTINGS = { operationsAtOnce: 2, maxWaitingPerPrincipal: 3, operationWaitMs: 60_000, requestDeadlineMs: 60_000 };
const opened: Turns[] = [];
const turnsOf = (settings: Partial<typeof SETTINGS> = {}) => {
  const turns = new Turns({ ...SETTINGS, ...settings });
  opened.push(turns);
  return turns;
};
afterEach(() => {
  for (const turns of opened.splice(0)) turns.close();
});

/** Operations that end when they are told to, in the order in which they began. */
function operations(turns: Turns) {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (name: string, principal: string, { points = 1, isWanted = (): boolean => true } = {}) =>
    turns.take({ viewer: aViewer('agent', { principal }), points, isWanted }, () => {
      began.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  const end = async (name: string) => {
    ends.get(name)!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { began, ask, end };
}
const refusal = (error: unknown) => {
  const { errors, status, retryAfterSeconds } = error as {
    errors: { extensions: unknown }[];
    status: number;
    retryAfterSeconds: number;
  };
  return { status, retryAfterSeconds, extensions: errors[0]!.extensions };
};

describe('operations', () => {
  test('of whom the least is being done for go before those of whoever came with many', async () => {
    const turns = turnsOf();
    const { began, ask, end } = operations(turns);
    const all = ['a1', 'a2', 'a3', 'a4'].map((name) => ask(name, 'flood', { points: 900 }));
    all.push(ask('b1', 'light'), ask('b2', 'light'));
    expect(began).toEqual(['a1', 'a2']);

    await end('a1');
    expect(began).toEqual(['a1', 'a2', 'b1']);
    await end('b1');
    await end('b2');
    await end('a2');
    expect(began).toEqual(['a1', 'a2', 'b1', 'b2', 'a3', 'a4']);
    await end('a3');
    await end('a4');
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2']);
    expect({ running: turns.running, waiting: turns.waiting }).toEqual({ running: 0, waiting: 0 });
  });

  test('of a caller with too many waiting are refused at once, and others still get in', async () => {
    const turns = turnsOf();
    const { began, ask, end } = operations(turns);
    for (let i = 0; i < 5; i += 1) void ask(`a${i}`, 'flood');

    expect(refusal(await ask('a5', 'flood').catch((error: unknown) => error))).toEqual({
      ...{ status: 429, retryAfterSeconds: 1 },
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 1 },
    });
    void ask('b', 'light');
    await end('a0');
    expect(began).toEqual(['a0', 'a1', 'b']);
  });

  test('that wait too long are refused and never done', async () => {
    const turns = turnsOf({ operationWaitMs: 0 });
    const { began, ask, end } = operations(turns);
    void ask('a1', 'flood');
    void ask('a2', 'flood');

    expect(refusal(await ask('b', 'light').catch((error: unknown) => error))).toEqual({
      ...{ status: 503, retryAfterSeconds: 1 },
      extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 1 },
    });
    await end('a1');
    await end('a2');
    expect(began).toEqual(['a1', 'a2']);
  });

  test('of callers who have left meanwhile are not done', async () => {
    const turns = turnsOf();
    const { began, ask, end } = operations(turns);
    void ask('a1', 'flood');
    void ask('a2', 'flood');
    const left = ask('gone', 'light', { isWanted: () => false }).catch(() => 'refused');
    void ask('stays', 'other');

    await end('a1');
    expect(await left).toBe('refused');
    expect(began).toEqual(['a1', 'a2', 'stays']);
  });

  test('that fail leave their place', async () => {
    const turns = turnsOf();
    const viewer = aViewer('agent');
    const failing = () => turns.take({ viewer, points: 1 }, () => Promise.reject(new Error('failed')));
    for (let i = 0; i < 5; i += 1) await expect(failing()).rejects.toThrow('failed');
    expect(turns.running).toBe(0);
  });

  test('B18: that never return give their place to the next when their caller has been answered', async () => {
    const turns = turnsOf({ requestDeadlineMs: 0 });
    const { began, ask } = operations(turns);
    for (const name of ['never', 'nor this', 'next']) void ask(name, 'one');
    await until(
      () => [...began],
      (names) => names.includes('next'),
    );
  });
});
