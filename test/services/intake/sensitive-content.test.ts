import { expect, test } from 'vitest';

import { CHANNELS } from '../../../src/channels/channels.ts';
import { recordChannels } from '../../../src/services/conversations/channels.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { switchChannel } from '../../../src/services/conversations/switch-channel.ts';
import { assembleContext } from '../../../src/services/context/assemble-context.ts';
import { addIdentity } from '../../../src/services/customers/add-identity.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { receiveMessages } from '../../../src/services/intake/receive-messages.ts';
import { sensitiveKindsIn } from '../../../src/services/intake/sensitive-content.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

test.each([
  ['My order #W10042 never came', ['order_number']],
  ['Write to anna.aalto@example.com please', ['email']],
  ['call me: +358 40 123 4567', ['phone']],
  ['call me: 040-123 4567', ['phone']],
  ['paid with 4111 1111 1111 1111', ['card_number']],
  ['paid with 4111111111111112, I think', []],
  ['refund to FI21 1234 5600 0007 85', ['bank_account']],
  ['refund to FI22 1234 5600 0007 85', []],
  ['order 10042 of a@b.fi', ['email', 'order_number']],
  ['Waited from 10:00 to 12:30 on 20.11.2026, 0/10', []],
  ['0000 0000 0000 0000', []],
  ['Great shop, 5 stars! 1000000 thanks', []],
])('“%s” tells %j', (text, kinds) => {
  expect(sensitiveKindsIn(text)).toEqual(kinds);
});

const { database, sql } = await withDatabase();
const scope = aScope(database);

test('a public conversation that turns sensitive is advised to go on in private, until it does', async () => {
  await recordChannels(sql, CHANNELS);
  await ensureInbox(scope, { externalId: 'page', channel: 'facebook', name: 'Page' });
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  let count = 0;
  const post = (text: string, isPublic: boolean | null = null) => ({
    ...({ inbox: 'page', sender: { kind: 'social_handle', value: 'facebook:anna' }, text, isPublic } as const),
    ...{ externalId: `p${(count += 1)}`, occurredAt: new Date(scope.now.getTime() + count), threadId: 'thread' },
  });
  const adviceOf = async (customerId: string) =>
    (await assembleContext(scope, customerId))!.conversations.map(({ switchAdvice }) => switchAdvice);

  const { customerId, conversationId } = await receiveMessage(scope, post('Where is my lamp?'));
  expect(await adviceOf(customerId)).toEqual([null]);
  await receiveMessage(scope, post('It is order 10042, mail me at anna@example.com', false));
  expect(await adviceOf(customerId)).toEqual([null]);
  await receiveMessage(scope, post('It is order 10042'));
  await receiveMessages(scope, [post('and my mail is anna@example.com')]);
  expect(await adviceOf(customerId)).toEqual([{ reason: 'privacy', sensitive: ['email', 'order_number'] }]);

  await addIdentity(scope, customerId, { kind: 'email', value: 'anna@example.com', source: 'crm', verified: true });
  await switchChannel(scope, conversationId, { toChannel: 'email', reason: 'privacy' });
  expect(await adviceOf(customerId)).toEqual([null]);
});
