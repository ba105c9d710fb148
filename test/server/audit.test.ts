import { serverAudits } from 'graphql-http';
import { expect, test } from 'vitest';

import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const key = await aKey(database, 'admin');

/** With `application/json` the specification would like 200 for documents that do not run; we say 400, as Apollo does. */
const ALLOWED_WARNINGS = 3;

test('GraphQL over HTTP is spoken as the specification says', async () => {
  const audits = serverAudits({
    url: `${app.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, {
        ...init,
        headers: {
          ...(init.headers as Record<string, string>),
          authorization: `Bearer ${key.secret}`,
          'apollo-require-preflight': 'yes',
        },
      }),
  });
  const results = [];
  for (const audit of audits) results.push(await audit.fn());

  expect(
    results
      .filter(({ status }) => status === 'error')
      .map(({ name, ...rest }) => [name, 'reason' in rest ? rest.reason : '']),
  ).toEqual([]);
  const warnings = results.filter(({ status }) => status === 'warn').map(({ name }) => name);
  expect(warnings.length, warnings.join('\n')).toBeLessThanOrEqual(ALLOWED_WARNINGS);
  expect(results.length).toBeGreaterThanOrEqual(61);
});
