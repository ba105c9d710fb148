import { randomInt } from 'node:crypto';

import { pino } from 'pino';
import { expect, test } from 'vitest';

import { asking } from '../support/asking.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDataDir } from '../support/attachments.ts';
import { withDatabase } from '../support/with-database.ts';
import { OPEN_DOORS, someDoors } from './doors/place.ts';
import { runDoors } from './doors/run-doors.ts';
import { aPlaceToFuzz, OPEN_LIMITS } from './place.ts';
import { runFuzz } from './run.ts';

/** `npm run fuzz` is the long form, on a server of its own. */
const DOCUMENTS = 1_000;
const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(1_000_000));

const place = await withDatabase();
const causes: string[] = [];
const log = pino({ level: 'error' }, { write: (line: string) => void causes.push(line.slice(0, 1_500)) });

test('B24: a thousand documents of strangers, on every transport and under every role, break nothing', async () => {
  const app = await withApp(place, OPEN_LIMITS, { log });
  const shop = await aPlaceToFuzz(place.database, await asking(place.database));

  const { findings, ...figures } = await runFuzz({ documents: DOCUMENTS, seed, lanes: 4, url: app.url, ...shop });

  console.log(JSON.stringify({ figure: 'fuzz', ...figures }));
  expect({ seed, findings, causes }).toEqual({ seed, findings: [], causes: [] });
  expect(figures.documents).toBe(DOCUMENTS);
  expect(figures.light.count).toBeGreaterThan(0);
});

test('A, B: four hundred spoiled requests at every other door: hooks, mails, uploads, hashes, event streams, places', async () => {
  const dataDir = withDataDir();
  const app = await withApp(place, { ...OPEN_LIMITS, ...OPEN_DOORS, DATA_DIR: dataDir }, { log });
  const [staff, partner] = [await aKey(place, 'admin'), await aKey(place, 'bot', { scopes: ['graph:read'] })];
  const doors = await someDoors(place, app.url, [staff.secret, partner.secret]);
  causes.length = 0;

  const { findings, ...figures } = await runDoors({ requests: 400, seed, url: app.url, doors, sql: place.sql });

  console.log(JSON.stringify({ figure: 'doors', ...figures }));
  expect({ seed, findings, causes }).toEqual({ seed, findings: [], causes: [] });
  expect(figures.light.count).toBeGreaterThan(0);
});
