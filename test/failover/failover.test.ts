import { afterAll, expect, test } from 'vitest';

import { openDatabase } from '../../src/database/open-database.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { openShop } from '../journeys/crash/shop.ts';
import { PersistentCaller, type Act } from '../support/persistent-caller.ts';
import { startReplicatedCluster, type ReplicatedCluster } from '../support/replicated-cluster.ts';
import { aServerProcess } from '../support/server-process.ts';
import { SocketReader } from '../support/socket-reader.ts';
import { until } from '../support/until.ts';

interface Heard {
  readonly cursor: string;
  readonly event: { readonly type: string; readonly message: { readonly id: string } | null } | null;
}

let cluster: ReplicatedCluster | null = null;
// At the top: a hook that is registered within a test is not run.
afterAll(() => cluster?.stop());

test(
  'G11, H8, H9: the primary dies under writes, the standby takes over: nothing acknowledged is lost, subscribers go on, and the old primary gets no write',
  { timeout: 400_000 },
  async () => {
    cluster = await startReplicatedCluster();
    const { killPrimary, promote, reviveOldPrimary, superuserUrl, applicationUrl } = cluster;
    const preparing = openDatabase(applicationUrl, { poolSize: 2, statementTimeoutMs: 20_000 });
    const shop = await openShop(preparing);
    await preparing.close();
    const inbox = shop.inboxes[1]!;
    const settings = {
      ...{ DATABASE_POOL_SIZE: '4', RATE_COST_PER_SECOND: '1000000', RATE_COST_BURST: '10000000' },
      MAX_SOCKETS_PER_PRINCIPAL: '100',
    };
    const server = await aServerProcess(applicationUrl, settings);
    await server.start();
    const asked = {
      field: 'conversationEvents',
      document: /* GraphQL */ `
        subscription ($inboxId: ID!, $after: String) {
          conversationEvents(inboxId: $inboxId, after: $after) {
            cursor
            event {
              type
              message {
                id
              }
            }
          }
        }
      `,
      variables: { inboxId: inbox.id },
    };
    const readers = await Promise.all(
      Array.from({ length: 4 }, () =>
        new SocketReader<Heard>({ url: () => server.url, secret: shop.keys.reader, asked }).open(),
      ),
    );
    const act = (name: string): Act => ({
      mutation: 'messageReceive',
      document: /* GraphQL */ `
        mutation ($input: MessageReceiveInput!) {
          messageReceive(input: $input) {
            message {
              id
            }
            isRedelivery
            userErrors {
              code
            }
          }
        }
      `,
      variables: {
        input: {
          inbox: inbox.externalId,
          sender: { kind: 'EMAIL', value: shop.customers[name.length % 5]!.email },
          externalId: `failover-${name}`,
          text: name,
          occurredAt: new Date().toISOString(),
        },
      },
    });
    const caller = new PersistentCaller(() => server.url, shop.keys.writer);
    let over = false;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let number = 0; !over; number += 1) await caller.call(act(`${writer}-${number}`));
    });
    await until(
      () => caller.acknowledged.length,
      (count) => count >= 40,
      60_000,
    );

    const killedAt = performance.now();
    killPrimary();
    const acknowledgedThen = caller.acknowledged.length;
    await promote();
    const promotedAt = performance.now();
    await until(
      () => caller.acknowledged.length,
      (count) => count > acknowledgedThen + 8,
      120_000,
    );
    const againAt = performance.now();
    await until(
      () => caller.acknowledged.length,
      (count) => count > acknowledgedThen + 60,
      120_000,
    );
    over = true;
    await Promise.all(writers);

    const now = singleConnection(superuserUrl('standby'));
    const stored = await now<{ id: string }[]>`select id from messages where external_id like 'failover-%'`;
    const journal = await now<{ id: string }[]>`
      select details->>'messageId' as id from events
      where type = 'message.received' and ${`inbox:${inbox.id}`} = any (topics) order by position`;
    const acknowledged = caller.acknowledged.map(({ payload }) => (payload['message'] as { id: string }).id);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    expect(new Set(stored.map(({ id }) => id))).toEqual(new Set(acknowledged));
    expect(stored).toHaveLength(acknowledged.length);
    const heardBy = (reader: SocketReader<Heard>) =>
      reader.payloads.flatMap(({ event }) =>
        event?.type === 'MESSAGE_RECEIVED' && event.message ? [event.message.id] : [],
      );
    for (const reader of readers)
      await until(
        () => heardBy(reader).length,
        (count) => count >= acknowledged.length,
        60_000,
      );
    const happened = journal.map(({ id }) => id).filter((id) => acknowledged.includes(id));
    for (const reader of readers) {
      expect([...heardBy(reader)].sort()).toEqual([...happened].sort());
      expect(reader.refusals).toEqual([]);
    }
    const resolved = caller.acknowledged.filter(({ tries, payload }) => tries > 1 && payload['isRedelivery'] === true);
    console.log(
      `promoted ${Math.round(promotedAt - killedAt)} ms after the kill, writes again after ${Math.round(againAt - killedAt)} ms; ` +
        `${acknowledged.length} acknowledged, 0 lost; ${caller.failures.length} tries repeated, ${resolved.length} of them had been done`,
    );

    // The old primary comes back first in the list, and would take everything.
    await reviveOldPrimary();
    const old = singleConnection(superuserUrl('primary'));
    const countIn = async (sql: typeof old) =>
      (await sql<{ count: number }[]>`select count(*)::int as count from messages`)[0]!.count;
    const [oldBefore, newBefore] = [await countIn(old), await countIn(now)];
    for (let number = 0; number < 5; number += 1) await caller.call(act(`after-${number}`));
    // A process that has seen nothing of all this.
    const fresh = await aServerProcess(applicationUrl, settings);
    await fresh.start();
    const another = new PersistentCaller(() => fresh.url, shop.keys.writer);
    for (let number = 0; number < 5; number += 1) await another.call(act(`fresh-${number}`));

    expect([await countIn(old), await countIn(now)]).toEqual([oldBefore, newBefore + 10]);
    for (const reader of readers) await reader.close();
    for (const process of [fresh, server]) expect(await process.end('SIGTERM')).toMatchObject({ code: 0 });
    await Promise.all([old.end(), now.end()]);
  },
);
