import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const app = await withApp(await withDatabase());

test('the example dashboard asks for no figure that the server does not give', async () => {
  const dashboard = readFileSync(new URL('../../docs/grafana-dashboard.json', import.meta.url), 'utf8');
  const asked = [...dashboard.matchAll(/\b(?:punos|nodejs|process)_[a-z0-9_]+/g)].map(([name]) =>
    name.replace(/_(?:bucket|count|sum)$/, ''),
  );
  const given = new Set(
    [...(await (await fetch(`${app.url}/metrics`)).text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name),
  );

  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((name) => !given.has(name))).toEqual([]);
});
