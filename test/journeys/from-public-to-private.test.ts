import { expect, test } from 'vitest';

import { aReceiver } from '../support/bridge.ts';
import { post } from '../support/graphql.ts';
import { anInboxWithHook, postHook, signed } from '../support/hooks.ts';
import { SocketReader } from '../support/socket-reader.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const network: { to: string; text: string; isPublic: boolean }[] = [];
const bridge = await aReceiver(({ body }, response) => {
  network.push((JSON.parse(body) as { data: (typeof network)[number] }).data);
  response.end(JSON.stringify({ externalId: `x-${network.length}`, state: 'delivered' }));
});
const app = await withApp(database, { OUTBOUND_ALLOW: bridge.place, OUTBOUND_HTTP: 'allow' });
const inbox = await anInboxWithHook(database, { channel: 'x', externalId: 'shop', bridgeUrl: bridge.url });
const agent = await aKey(database, 'agent');

let count = 0;
async function writes(text: string, isPublic: boolean): Promise<string> {
  const body = JSON.stringify({
    ...{ type: 'message', externalId: `x-${(count += 1)}`, threadId: 'thread', text, isPublic },
    ...{ sender: { value: 'x:@maija' }, occurredAt: new Date().toISOString() },
  });
  const answer = await postHook(`${app.url}${inbox.path}`, signed(inbox.secret, body), body);
  expect([answer.status, answer.body['type']]).toEqual([200, 'message']);
  return String(answer.body['conversationId']);
}
const act = async (document: string, variables: Record<string, unknown>) => {
  const { body } = await post(app.url, agent.secret, document, variables);
  expect(body.errors).toBeUndefined();
  return Object.values(body.data!)[0] as unknown as { userErrors: { code: string }[] };
};
const SEND = `mutation ($id: ID!, $input: MessageSendInput!) { messageSend(id: $id, input: $input) { userErrors { code } } }`;
const SWITCH = `mutation ($id: ID!, $input: ConversationSwitchChannelInput!) {
  conversationSwitchChannel(id: $id, input: $input) { userErrors { code } } }`;
const said = (who: number) =>
  until(
    () => network.length,
    (length) => length >= who,
  );

interface Packet {
  cursor: string;
  packet: { conversations: { switchAdvice: { reason: string; sensitive: string[] } | null }[] } | null;
}

test('8.6: who writes their card number in public is advised to be answered in private, and from then on nothing goes back into the open', async () => {
  const id = await writes('Where is my parcel?', true);
  const watching = new SocketReader<Packet>({
    ...{ url: () => app.url, secret: agent.secret, comesBack: false },
    asked: {
      field: 'contextPackets',
      document: `subscription ($id: ID, $after: String) { contextPackets(conversationId: $id, after: $after) {
        cursor packet { conversations { switchAdvice { reason sensitive } } } } }`,
      variables: { id },
    },
  });
  await watching.open();
  const advice = () => watching.payloads.at(-1)?.packet?.conversations[0]?.switchAdvice;
  await until(advice, (seen) => seen === null);
  await writes('You took it twice from 4111 1111 1111 1111', true);
  expect(await until(advice, (seen) => seen != null)).toEqual({ reason: 'PRIVACY', sensitive: ['CARD_NUMBER'] });

  expect(await act(SWITCH, { id, input: { toChannel: 'X', reason: 'PRIVACY' } })).toEqual({ userErrors: [] });
  await said(2);
  // The post learns that there is a private message, and nothing of what it is about.
  expect(network.filter(({ isPublic }) => isPublic).map(({ text }) => text)).toEqual([
    'Thank you for your message. We have sent you a private message.',
  ]);
  expect(network.find(({ isPublic }) => !isPublic)!.text).toContain('To keep your details private');
  await until(advice, (seen) => seen === null);

  // Whatever the customer does in public again, the answer stays private.
  expect(await writes('Hello?? 4111 1111 1111 1111', true)).toBe(id);
  await until(advice, (seen) => seen != null);
  expect(await act(SEND, { id, input: { text: 'Both are paid back.' } })).toEqual({ userErrors: [] });
  await said(3);
  expect(network[2]).toMatchObject({ isPublic: false, text: 'Both are paid back.' });
  expect(await writes('Thanks', false)).toBe(id);
  expect(network.filter(({ text }) => text.includes('4111'))).toEqual([]);
  await watching.close();
});
