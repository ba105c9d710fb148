import { expect, test } from 'vitest';

import { CostBuckets } from '../../src/execution/cost-buckets.ts';
import { aViewer } from '../support/scopes.ts';

const partner = (principal: string) => aViewer('partner', { principal });

test('a partner’s key has points of its own: what one asks too much is no other’s, also of the same partner', () => {
  const buckets = new CostBuckets({ costPerSecond: 200, costBurst: 2_000 });
  const [greedy, sibling] = [partner('key_a'), partner('key_b')];

  expect(buckets.charge(greedy, 1_000, 0)).toMatchObject({
    ok: true,
    throttle: { maximum: 1_000, restorePerSecond: 100 },
  });
  expect(buckets.charge(greedy, 1, 0)).toEqual({ ok: false, retryAfterSeconds: 1 });
  expect(buckets.charge(sibling, 1_000, 0)).toMatchObject({ ok: true });
  expect(buckets.charge(aViewer('agent', { principal: 'key_c' }), 2_000, 0)).toMatchObject({ ok: true });

  expect(buckets.charge(greedy, 100, 1_000)).toMatchObject({ ok: true, throttle: { available: 0 } });
  expect(buckets.charge(greedy, 1_000, 1_000)).toEqual({ ok: false, retryAfterSeconds: 10 });
});
