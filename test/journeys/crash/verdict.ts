import { isDeepStrictEqual } from 'node:util';

import type { Sql } from '../../../src/database/open-database.ts';
import { nameOfKey } from '../../../src/services/access/idempotently.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { post } from '../../support/graphql.ts';
import type { Acknowledged } from '../../support/persistent-caller.ts';
import {
  PACKET_STATE,
  type EventPayload,
  type EventSubscriber,
  type Filter,
  type PacketSubscriber,
} from './subscribers.ts';
import { namesOf } from './writers.ts';

/** What the journal says happened: the oracle. */
export interface Happened {
  readonly position: number;
  readonly xid: string;
  readonly type: string;
  readonly streams: readonly string[];
  readonly versions: readonly number[];
  readonly topics: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
}

export const readHappened = (sql: Sql, after: number): Promise<Happened[]> =>
  sql<Happened[]>`
    select position, xid::text, type, streams, versions, topics, details from events where position > ${after} order by position`.then(
    (rows) => [...rows],
  );

export const newestPosition = async (sql: Sql): Promise<number> =>
  (await sql<{ newest: number }[]>`select coalesce(max(position), 0)::float8 as newest from events`)[0]!.newest;

export const matches = ({ keys, types }: Filter, { type, streams, topics }: Happened): boolean =>
  types.test(type) && keys.some((key) => streams.includes(key) || topics.includes(key));

/** The position that a cursor holds. Only a test looks inside; the contract says opaque. */
export const positionIn = (cursor: string): number =>
  Number(Buffer.from(cursor, 'base64url').subarray(16).toString().split('|')[4]);

/** What a subscriber was sent but checkpoints, in the order it came. */
export const eventsOf = ({ reader }: Pick<Heard, 'reader'>): EventPayload[] =>
  reader.payloads.filter(({ event }) => event !== null);

/** Positions of the events that a subscriber was sent, in the order they came. */
export const positionsOf = (subscriber: Pick<Heard, 'reader'>): number[] =>
  eventsOf(subscriber).map(({ cursor }) => positionIn(cursor));

export interface Verdict {
  readonly delivered: number;
  /** Events of a subscriber's filter that it was never sent. */
  readonly lost: string[];
  readonly repeated: string[];
  /** Events of one stream that came in another order than they happened. */
  readonly disordered: string[];
  /** Events that are not for the filter, or are not in the journal, or had another type there. */
  readonly foreign: string[];
}

/** What a subscriber heard until now: what clocks and sweeps do meanwhile is no part of it. */
export const heardBy = (subscriber: EventSubscriber): Heard => ({
  ...subscriber,
  reader: { payloads: [...subscriber.reader.payloads] },
});

type Heard = Pick<EventSubscriber, 'name' | 'filter'> & { readonly reader: { readonly payloads: EventPayload[] } };

/** Compares what each event subscriber heard with what happened, `happened` to be heard by all; `journal` was read after they had heard it. */
export function judge(
  subscribers: readonly Heard[],
  happened: readonly Happened[],
  journal: readonly Happened[] = happened,
): Verdict {
  const verdict = { delivered: 0, lost: [], repeated: [], disordered: [], foreign: [] } as Verdict & {
    delivered: number;
  };
  const byPosition = new Map(journal.map((event) => [event.position, event]));
  for (const subscriber of subscribers) {
    const { name, filter } = subscriber;
    const positions = positionsOf(subscriber);
    const events = subscriber.reader.payloads.flatMap(({ event }) => event ?? []);
    const heard = new Set<number>();
    const newest = new Map<string, number>();
    verdict.delivered += positions.length;
    positions.forEach((position, index) => {
      const event = byPosition.get(position);
      if (heard.has(position)) verdict.repeated.push(`${name}: ${position}`);
      heard.add(position);
      if (!event || !matches(filter, event) || !isOf(events[index]!, event))
        return void verdict.foreign.push(`${name}: ${position} ${JSON.stringify(events[index])}`);
      event.streams.forEach((stream, place) => {
        const version = event.versions[place]!;
        if (version <= (newest.get(stream) ?? 0)) verdict.disordered.push(`${name}: ${stream} ${version}`);
        newest.set(stream, version);
      });
    });
    for (const event of happened)
      if (matches(filter, event) && !heard.has(event.position))
        verdict.lost.push(`${name}: ${event.position} ${event.type} (transaction ${event.xid})`);
  }
  return verdict;
}

/** What was delivered tells of this event: the same type and, where it was asked for, the same message. */
const isOf = (delivered: NonNullable<EventPayload['event']>, { type, details }: Happened): boolean =>
  delivered.type.toLowerCase() === type.replaceAll('.', '_') &&
  (delivered.message === undefined || (delivered.message?.id ?? null) === (details['messageId'] ?? null));

/** Versions of a stream that are missing in the journal, or there twice. There are none: heads are raised with the row. */
export async function holesIn(sql: Sql): Promise<string[]> {
  const rows = await sql<{ stream: string }[]>`
    select h.stream from stream_heads h
    left join event_streams s on s.stream = h.stream
    group by h.stream, h.version
    having count(*) <> h.version or count(distinct s.version) <> h.version`;
  return rows.map(({ stream }) => stream);
}

/** Acknowledged acts that the database does not hold exactly once, with their event where they have one. */
export async function missingOf(sql: Sql, acknowledged: readonly Acknowledged[], unitsBefore = 0): Promise<string[]> {
  const input = ({ act }: Acknowledged) => act.variables['input'] as Record<string, string>;
  const idIn = (one: Acknowledged, object: string) => (one.payload[object] as { id: string }).id;
  const inOneRow = async (wanted: string[], rows: PromiseLike<Iterable<unknown>>) => {
    const counts = new Map<string, number>();
    for (const { name } of (await rows) as Iterable<{ name: string }>) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...new Set(wanted)].filter((name) => counts.get(name) !== 1);
  };
  const messages = namesOf(acknowledged, 'messageReceive', (one) => idIn(one, 'message'));
  const texts = namesOf(acknowledged, 'messageReceive', (one) => input(one)['text']!);
  const inBulk = acknowledged.filter(({ act }) => act.mutation === 'messagesReceive');
  const bulkMessages = inBulk.flatMap(({ payload }) =>
    (payload['receipts'] as { message: { id: string } }[]).map(({ message }) => message.id),
  );
  const bulkTexts = inBulk.flatMap(({ act }) =>
    (act.variables['messages'] as { text: string }[]).map(({ text }) => text),
  );
  const visits = acknowledged
    .filter(({ act }) => act.mutation === 'activitiesRecord')
    .flatMap(({ act }) =>
      (act.variables['activities'] as { externalId: string }[]).map(({ externalId }) => externalId),
    );
  const notes = namesOf(acknowledged, 'noteAdd', (one) => idIn(one, 'note'));
  const noteTexts = namesOf(acknowledged, 'noteAdd', (one) => input(one)['text']!);
  const facts = acknowledged
    .filter(({ act }) => act.mutation === 'orderFactsRecord')
    .flatMap(({ act }) => (act.variables['facts'] as { sourceEventId: string }[]).map((fact) => fact.sourceEventId));
  const scans = namesOf(acknowledged, 'trackingEventRecord', (one) => idIn(one, 'trackingEvent'));
  const installation = await readInstallation(sql);
  const adjusted = namesOf(acknowledged, 'stockAdjust', ({ act }) => String(act.variables['key']));
  const units = (await unitsOf(sql)) - unitsBefore;
  return [
    ...(await inOneRow([...messages, ...bulkMessages, ...notes], sql`select id as name from messages`)),
    ...(await inOneRow([...texts, ...bulkTexts, ...noteTexts], sql`select text as name from messages`)),
    ...(await inOneRow(
      [...messages, ...bulkMessages, ...notes],
      sql`select details->>'messageId' as name from events where type in ('message.received', 'note.added')`,
    )),
    ...(await inOneRow(visits, sql`select external_id as name from activities where source = 'site'`)),
    ...(await inOneRow(facts, sql`select source_event_id as name from order_facts where source = 'shop'`)),
    ...(await inOneRow(scans, sql`select id as name from tracking_events`)),
    ...(await inOneRow(
      scans,
      sql`select details->>'trackingEventId' as name from events where type = 'tracking.recorded'`,
    )),
    ...(await inOneRow(
      adjusted.map((key) => nameOfKey(installation, 'stockAdjust', key)),
      sql`select key as name from idempotency_keys where mutation = 'stockAdjust'`,
    )),
    ...(units === adjusted.length ? [] : [`${adjusted.length} units were acknowledged, ${units} are there`]),
  ];
}

/** Units of all stock together. */
export const unitsOf = async (sql: Sql): Promise<number> =>
  (await sql<{ units: number }[]>`select coalesce(sum(on_hand), 0)::float8 as units from stock_levels`)[0]!.units;

const FRESH = /* GraphQL */ `query ($customerId: ID!) { contextPacket(customerId: $customerId) { ${PACKET_STATE} } }`;

const say = (value: unknown) => JSON.stringify(value).slice(-300);

/** What is wrong with the packets that a subscriber was sent; null when all is well. */
export async function judgePackets(
  { name, customerId, reader }: PacketSubscriber,
  ask: { url: string; secret: string },
): Promise<string | null> {
  const packets = reader.payloads.flatMap(({ packet }) => packet ?? []);
  const foreign = packets.find((packet) => packet.customerId !== customerId);
  if (foreign) return `${name}: was sent a packet of ${foreign.customerId}`;
  const versions = packets.map(({ version }) => version);
  const fell = versions.findIndex((version, index) => index > 0 && version < versions[index - 1]!);
  if (fell > 0) return `${name}: version ${versions[fell]} after ${versions[fell - 1]}`;
  const { body } = await post(ask.url, ask.secret, FRESH, { customerId });
  const newest = packets.at(-1);
  const fresh = body.data?.['contextPacket'];
  if (!fresh || !newest) return `${name}: ${JSON.stringify(newest ?? body)}`;
  const sections = Object.keys(fresh) as (keyof typeof newest)[];
  const differing = sections.filter((section) => !isDeepStrictEqual(newest[section], fresh[section]));
  return differing.length === 0
    ? null
    : differing
        .map((each) => `${name}, ${each}: ended on ${say(newest[each])}, a query says ${say(fresh[each])}`)
        .join('\n  ');
}
