import { isDeepStrictEqual } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { dice } from '../support/dice.ts';
import { EventStreamReader } from '../support/event-stream-reader.ts';
import { post } from '../support/graphql.ts';
import type { LiveReader } from '../support/live-reader.ts';
import { aServerProcess, type ServerProcess } from '../support/server-process.ts';
import { SocketReader } from '../support/socket-reader.ts';
import { aKey, systemScope } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const PEOPLE = 6;
const ROUNDS = 3;
/** Acts at once in a round: merges and unmerges on every process, and words of everybody meanwhile. */
const ACTS = 24;

const place = await withDatabase();
const { sql } = place;
const servers: ServerProcess[] = [];
const SETTINGS = { RATE_COST_PER_SECOND: '1000000', RATE_COST_BURST: '10000000', DATABASE_POOL_SIZE: '6' };
beforeAll(async () => {
  for (let count = 0; count < 3; count += 1) servers.push(await aServerProcess(place.applicationUrl, SETTINGS));
  await Promise.all(servers.map((server) => server.start()));
});
afterAll(() => Promise.all(servers.filter(({ isRunning }) => isRunning).map((server) => server.end('SIGTERM'))));

interface Packet {
  readonly customerId: string;
  readonly memberIds: readonly string[];
  readonly version: number;
  readonly identities: readonly { readonly value: string }[];
  readonly conversations: readonly { readonly messages: readonly { readonly text: string }[] }[];
}
interface Payload {
  readonly cursor: string;
  readonly packet: Packet | null;
}
const PARTS = 'customerId memberIds version identities { value } conversations { messages { text } }';
const PACKETS = `subscription ($id: ID!, $after: String) {
  contextPackets(customerId: $id, after: $after) { cursor packet { ${PARTS} } } }`;
const newestOf = ({ payloads }: LiveReader<Payload>) => payloads.findLast(({ packet }) => packet)?.packet ?? null;

const address = (person: number) => `person-${person}@example.com`;
const mail = (person: number, externalId: string, text: string) => ({
  ...{ inbox: 'mail', externalId, text, occurredAt: new Date().toISOString() },
  sender: { kind: 'EMAIL', value: address(person) },
});

test('X8: persons are merged and parted on three processes at once, and write meanwhile: nothing is lost, every old id leads on, and all who watch see one end', async () => {
  const scope = systemScope(place);
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  const [admin, agent] = [await aKey(place, 'admin'), await aKey(place, 'agent')];
  const ids: string[] = [];
  for (let person = 0; person < PEOPLE; person += 1) {
    const first = { ...mail(person, `first-${person}`, `first of ${person}`), occurredAt: scope.now };
    const { customerId } = await receiveMessage(scope, {
      ...first,
      sender: { kind: 'email', value: address(person) },
    });
    ids.push(customerId);
  }
  const said = new Map(ids.map((id, person) => [id, [`first of ${person}`]]));
  const readers = new Map<string, LiveReader<Payload>[]>();
  for (const id of ids)
    readers.set(
      id,
      servers.map(({ url }, process) => {
        const Kind = process === 1 ? EventStreamReader<Payload> : SocketReader<Payload>;
        const asked = { field: 'contextPackets', document: PACKETS, variables: { id } };
        return new Kind({ url: () => url, secret: agent.secret, asked });
      }),
    );
  await Promise.all([...readers.values()].flat().map((reader) => reader.open()));

  const seed = Date.now() % 1_000_000;
  const { roll, pick } = dice(seed);
  /** Acts that were refused: of a race somebody comes second. */
  const refused: string[] = [];
  const act = async (mutation: string, declared: string, variables: Record<string, unknown>) => {
    const document = `mutation (${declared}) { payload: ${mutation} { userErrors { code } } }`;
    const { body } = await post(pick(servers).url, admin.secret, document, variables);
    expect(body.errors).toBeUndefined();
    const { userErrors } = body.data!['payload'] as unknown as { userErrors: { code: string }[] };
    refused.push(...userErrors.map(({ code }) => code));
  };
  let words = 0;
  const anAct = () => {
    const [one, other] = [roll(PEOPLE), roll(PEOPLE)] as [number, number];
    const what = roll(10);
    if (what < 5)
      return act('customerMerge(ids: $ids)', '$ids: [ID!]!', { ids: [ids[one], ids[(one + 1 + other) % PEOPLE]] });
    if (what < 6) return act('customerUnmerge(id: $id)', '$id: ID!', { id: ids[one] });
    const text = `word ${(words += 1)}`;
    said.get(ids[one]!)!.push(text);
    return act('messageReceive(input: $input)', '$input: MessageReceiveInput!', { input: mail(one, text, text) });
  };

  console.log(`Seed ${seed}`);
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(Array.from({ length: ACTS }, anAct));
    expect(refused.filter((code) => !['NOT_MERGED', 'NOT_FOUND', 'INVALID_INPUT'].includes(code))).toEqual([]);

    // Everything that was said is there once, under the id that it arrived under.
    const kept = await sql<{ customerId: string; text: string }[]>`
      select customer_id, text from messages where direction = 'inbound'`;
    for (const id of ids)
      expect(kept.flatMap(({ customerId, text }) => (customerId === id ? [text] : [])).toSorted()).toEqual(
        said.get(id)!.toSorted(),
      );
    const links = await sql<{ memberId: string; personId: string }[]>`select member_id, person_id from person_links`;
    const personOf = (id: string) => links.find(({ memberId }) => memberId === id)?.personId ?? id;
    // No circle and no chain: who somebody is, is somebody.
    for (const { personId } of links) expect(personOf(personId)).toBe(personId);
    for (const id of ids) {
      const person = personOf(id);
      const members = ids.filter((each) => personOf(each) === person);
      // Whoever watches an id, on whichever process, ends with what every process answers to whoever asks by it.
      const [packet] = await until(
        async () => [
          ...(await Promise.all(servers.map(({ url }) => asked(url, id)))),
          ...readers.get(id)!.map(newestOf),
        ],
        ([first, ...others]) => others.every((one) => isDeepStrictEqual(one, first)),
      );
      expect([packet!.customerId, packet!.memberIds.toSorted()]).toEqual([person, members.toSorted()]);
      expect(packet!.identities.map(({ value }) => value).toSorted()).toEqual(
        members.map((each) => address(ids.indexOf(each))).toSorted(),
      );
      const shown = packet!.conversations.flatMap(({ messages }) => messages.map(({ text }) => text));
      const theirs = members.flatMap((each) => said.get(each)!);
      expect(shown.filter((text) => !theirs.includes(text))).toEqual([]);
      expect(shown.length).toBeGreaterThan(0);
    }
  }
  const [counts] = await sql<{ merged: number; parted: number }[]>`
    select count(*)::int as merged, count(unmerged_at)::int as parted from merges`;
  expect(counts!.merged).toBeGreaterThan(ROUNDS);
  expect(counts!.parted).toBeGreaterThan(0);
  console.log(
    `${counts!.merged} merges, ${counts!.parted} of them taken back, ${words} words, ${refused.length} refused`,
  );
  await Promise.all([...readers.values()].flat().map((reader) => reader.close()));

  /** What a process answers by an id of a person, with what else leads there. */
  async function asked(url: string, id: string): Promise<Packet> {
    const document = `query ($id: ID!) { customer(id: $id) { id } node(id: $id) { id } contextPacket(customerId: $id) { ${PARTS} } }`;
    const { body } = await post(url, agent.secret, document, { id });
    const { customer, node, contextPacket } = body.data as unknown as Record<'customer' | 'node', { id: string }> & {
      contextPacket: Packet;
    };
    expect([customer.id, node.id]).toEqual([contextPacket.customerId, contextPacket.customerId]);
    return contextPacket;
  }
}, 120_000);
