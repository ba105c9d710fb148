import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { REJECTIONS } from '../../src/services/routing/core/decision-record.ts';
import { readPolicy } from '../../src/services/routing/core/read-policy.ts';

const page = readFileSync(new URL('../../docs/routing.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text!) as { name: string });

test.each(examples)('the policy of the example “$name” can be followed', (example) => {
  expect(readPolicy(example).faults).toEqual([]);
});

test('the examples are service levels, a shop of three and a centre of five hundred', () => {
  expect(examples.map(({ name }) => name)).toEqual(['people by day', 'office hours', 'three of us', 'contact centre']);
});

test('every reason is explained', () => {
  for (const reason of [...REJECTIONS, 'lower_score']) expect(page).toContain(`\`${reason}\``);
});
