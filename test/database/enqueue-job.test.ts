import { expect, test } from 'vitest';

import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const waiting = () =>
  sql`select data, group_id, start_after > now() + interval '1 hour' as is_late from pgboss.job where name = 'deliver-messages' order by data ->> 'messageId'`;

test('a job is there with the commit of its transaction, and not without it', async () => {
  const job = { queue: 'deliver-messages', group: 'inb_1', startAfter: null };
  const rolledBack = database.begin(async (tx) => {
    await database.enqueue(tx, { ...job, data: { messageId: 'msg_1', attempt: 1 } });
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  expect(await waiting()).toEqual([]);

  await database.begin(async (tx) => {
    await database.enqueue(tx, { ...job, data: { messageId: 'msg_2 "quoted" \\ ä', attempt: 1 } });
    await database.enqueue(tx, {
      ...job,
      data: { messageId: 'msg_3', attempt: 2 },
      startAfter: new Date('2999-01-01'),
    });
  });

  expect(await waiting()).toEqual([
    { data: { messageId: 'msg_2 "quoted" \\ ä', attempt: 1 }, groupId: 'inb_1', isLate: false },
    { data: { messageId: 'msg_3', attempt: 2 }, groupId: 'inb_1', isLate: true },
  ]);
});
