import { randomInt } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { signVisitorToken } from '../../src/services/access/visitor-token.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { newId } from '../../src/values/ids.ts';
import { post } from '../support/graphql.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';
import { figuresOf, playOn } from './crash/run.ts';
import { LAYOUTS, openStage, type Stage } from './crash/stage.ts';

const seed = Number(process.env['CRASH_SEED'] ?? randomInt(1_000_000));
const WITHIN = { timeout: 600_000 };
/** Far from what a busy machine takes, and from what the clocks are wrong by. */
const MINUTE_MS = 60_000;

const place = await withDatabase();
let stage: Stage;
beforeAll(async () => (stage = await openStage(place, LAYOUTS['three that differ about the time'])), 600_000);
afterAll(() => stage?.close());

const fast = () => stage.servers[0]!.url;
const slow = () => stage.servers[1]!.url;
const inTheDatabase = async () =>
  (await place.sql<{ ms: number }[]>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`)[0]!.ms;

describe('X12: one process is ten minutes ahead, one is ten minutes behind', () => {
  test(
    'and one jumps: what they wrote is in order and of the database’s time, and everybody hears it once',
    WITHIN,
    async () => {
      const plan = { faults: ['jump a clock', 'drop readers', 'jump a clock'] as const, seed, actsBetween: 20 };

      const outcome = await playOn(stage, plan);

      console.log(figuresOf(plan, outcome));
      expect(outcome).toMatchObject({
        ...{ missing: [], lost: [], repeated: [], disordered: [], foreign: [] },
        ...{ holes: [], wrongPackets: [], refusals: [] },
      });
      const [moments] = await place.sql<{ apartMs: number; events: number }[]>`
      select (max(abs(extract(epoch from received_at - recorded_at))) * 1000)::float8 as apart_ms, count(*)::int as events from events`;
      console.log(
        `${moments!.events} events, received at most ${Math.round(moments!.apartMs)} ms before they were recorded`,
      );
      expect(moments!.apartMs).toBeLessThan(5 * MINUTE_MS);
    },
  );

  test('a visitor’s token is good until the database says that it is over, at each of them', WITHIN, async () => {
    const installation = await readInstallation(place.sql);
    const tokenUntil = (ms: number) =>
      signVisitorToken(
        installation,
        {
          ...{ sessionId: newId('visitorSession'), customerId: stage.shop.customers[0]!.id as never },
          ...{ inboxId: null, isKnown: false },
        },
        { issuedAt: Math.floor(ms / 1_000) - 3_600, expiresAt: Math.floor(ms / 1_000) },
      );
    const now = await inTheDatabase();
    const [good, over] = await Promise.all([tokenUntil(now + 5 * MINUTE_MS), tokenUntil(now - 5 * MINUTE_MS)]);

    for (const { url } of stage.servers) {
      expect((await post(url, good, '{ __typename }')).status).toBe(200);
      expect((await post(url, over, '{ __typename }')).status).toBe(401);
    }
  });

  test('so is a key, and one made at one of them ends at the same moment at the others', WITHIN, async () => {
    const create = async (url: string, expiresAt: Date) => {
      const { body } = await post(url, stage.shop.keys.writer, KEY_CREATE, {
        input: { name: 'For a while', role: 'AGENT', expiresAt: expiresAt.toISOString() },
      });
      return body.data?.['apiKeyCreate'] as unknown as {
        secret: string;
        userErrors: { code: string }[];
        apiKey: { id: string };
      };
    };
    const now = await inTheDatabase();
    const { secret, userErrors, apiKey } = await create(fast(), new Date(now + 5 * MINUTE_MS));
    expect(userErrors).toEqual([]);
    expect((await create(slow(), new Date(now - 5 * MINUTE_MS))).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    for (const { url } of stage.servers) expect((await post(url, secret, '{ __typename }')).status).toBe(200);

    await place.sql`update api_keys set expires_at = clock_timestamp() - interval '5 minutes' where id = ${apiKey.id}`;

    // What was looked up is believed for a second.
    for (const { url } of stage.servers)
      await until(
        async () => (await post(url, secret, '{ __typename }')).status,
        (status) => status === 401,
      );
  });

  test('what lies in the future is what the database has not reached yet', WITHIN, async () => {
    const visit = async (url: string, at: number) => {
      const activity = {
        ...{ customerId: stage.shop.customers[0]!.id, source: 'site', externalId: `visit-${url}-${at}` },
        ...{ occurredAt: new Date(at).toISOString(), visit: { url: 'https://shop.example/' } },
      };
      const { body } = await post(url, stage.shop.keys.writer, ACTIVITY_RECORD, { activities: [activity] });
      return (body.data?.['activitiesRecord'] as unknown as { recorded: number }).recorded;
    };
    const now = await inTheDatabase();

    for (const { url } of stage.servers) {
      expect(await visit(url, now - 1)).toBe(1);
      expect(await visit(url, now + 8 * MINUTE_MS)).toBe(0);
    }
  });

  test('a conversation sleeps until the database says that it is time', WITHIN, async () => {
    const [one, other] = stage.shop.customers.map(({ conversationId }) => conversationId);
    const snooze = async (url: string, id: string, until: number) => {
      const variables = { id, until: new Date(until).toISOString() };
      const { body } = await post(url, stage.shop.keys.writer, SNOOZE, variables);
      return (body.data?.['conversationSnooze'] as unknown as { userErrors: { code: string }[] }).userErrors;
    };
    const now = await inTheDatabase();

    expect(await snooze(fast(), one!, now + 5 * MINUTE_MS)).toEqual([]);
    expect(await snooze(slow(), other!, now - 5 * MINUTE_MS)).not.toEqual([]);
  });
});

const KEY_CREATE = /* GraphQL */ `
  mutation ($input: ApiKeyCreateInput!) {
    apiKeyCreate(input: $input) {
      apiKey {
        id
      }
      secret
      userErrors {
        code
      }
    }
  }
`;
const ACTIVITY_RECORD = /* GraphQL */ `
  mutation ($activities: [ActivityInput!]!) {
    activitiesRecord(activities: $activities) {
      recorded
      userErrors {
        code
        message
      }
    }
  }
`;
const SNOOZE = /* GraphQL */ `
  mutation ($id: ID!, $until: DateTime!) {
    conversationSnooze(id: $id, until: $until) {
      userErrors {
        code
        message
      }
    }
  }
`;
