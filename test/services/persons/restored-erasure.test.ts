import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { restoreBackup } from '../../../src/backup/restore-backup.ts';
import { writeBackup } from '../../../src/backup/write-backup.ts';
import { readListedErasure, repeatErasure, type ListedErasure } from '../../../src/services/persons/erasure-list.ts';
import { aFullShop } from '../../support/a-full-shop.ts';
import { asking } from '../../support/asking.ts';
import { canaryScan } from '../../support/byte-scan.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const [source, target] = [await withDatabase(), await withDatabase()];
const place = mkdtempSync(join(tmpdir(), 'punos-backup-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const ways = { directory: join(place, 'backup'), attachmentsDir: join(place, 'attachments'), onTable: () => undefined };
const canaries = ['text 0', 'subject', 'given', 'trait', 'reply', 'note', 'search', 'review', 'street', 'reason'];

test('I15, H30: who was erased after a backup was made stays erased when it is restored', async () => {
  const shop = await aFullShop(await asking(source.database));
  const anna = await shop.aShopper('anna');
  await shop.aShopper('berta');
  await writeBackup({ ...ways, databaseUrl: source.applicationUrl });
  const { erasure } = (await shop.act('erasureRequest', { customerId: anna.customerId })) as unknown as {
    erasure: { id: string };
  };
  const listed = await readListedErasure(aScope(source.database), erasure.id);
  // It goes through a file.
  const line = JSON.stringify(listed);
  expect(/canary|anna/i.exec(line)).toBeNull();

  await restoreBackup({ ...ways, ownerUrl: target.ownerUrl, log: () => undefined });
  const scan = canaryScan(canaries.map((what) => `canary anna ${what}`));
  expect(await scan.inRows(target.sql)).not.toEqual([]);
  const bertas = canaryScan(canaries.map((what) => `canary berta ${what}`));
  const hers = await bertas.inRows(target.sql);
  const scope = aScope(target.database, 'admin', { now: new Date() });
  await repeatErasure(scope, JSON.parse(line) as ListedErasure);
  await repeatErasure(scope, JSON.parse(line) as ListedErasure);

  expect(await scan.inRows(target.sql)).toEqual([]);
  expect(await bertas.inRows(target.sql)).toEqual(hers);
  const [kept] = await target.sql<{ suppressed: number; erasures: number }[]>`
    select (select count(*)::int from suppressions) as suppressed, (select count(*)::int from erasures) as erasures`;
  expect(kept).toEqual({ suppressed: listed!.suppressions.length, erasures: 1 });
  expect(listed!.suppressions.length).toBeGreaterThan(2);
});
