import { beforeAll, expect, test } from 'vitest';

import { readMailHook } from '../../../src/channels/email/read-mail-hook.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { fullTextsOfMessages } from '../../../src/services/conversations/read-messages.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import type { Receipt } from '../../../src/services/intake/keep-placed.ts';
import { rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'integration');
const agent = aScope(database, 'agent');

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail', market: 'FI' });
  await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat', market: 'FI' });
});

let count = 0;
const anAddress = () => `ann-${(count += 1)}@example.com`;

/** A mail as a mail server hands it in. */
async function mailed(from: string, mail: { headers?: readonly string[]; text?: string }): Promise<Receipt> {
  const lines = [
    `From: ${from}`,
    'Date: Fri, 20 Nov 2026 11:59:00 +0000',
    ...(mail.headers ?? []),
    '',
    mail.text ?? 'Where is it?',
  ];
  const [item] = await readMailHook({
    contentType: 'message/rfc822',
    bytes: Buffer.from(lines.join('\r\n')),
    receivedAt: scope.now,
  });
  if (item?.type !== 'message') throw new Error('This is no message.');
  return receiveMessage(scope, { inbox: 'mail', ...item.message });
}

/** Somebody who writes in the chat, known by mail too. */
async function aChatOf(email: string): Promise<Receipt> {
  const visitor = `visitor-${(count += 1)}`;
  await upsertCustomer(scope, {
    identities: [
      { kind: 'email', value: email },
      { kind: 'visitor_id', value: visitor },
    ],
    source: 'test',
  });
  return receiveMessage(scope, {
    inbox: 'chat',
    sender: { kind: 'visitor_id', value: visitor },
    externalId: visitor,
    text: 'Do you have these boots in 42?',
    occurredAt: new Date('2026-11-20T11:00:00.000Z'),
  });
}

const referenceOf = async (id: string) =>
  (await sql<{ reference: string }[]>`select reference from conversations where id = ${id}`)[0]!.reference;

test('an answer to our mail continues the conversation that the mail was sent from, whatever its channel', async () => {
  const ann = anAddress();
  const chat = await aChatOf(ann);
  const ours = await sendMessage(agent, chat.conversationId, 'We have. Shall I hold a pair?');

  const answer = await mailed(ann, { headers: [`In-Reply-To: <${ours}@shop.example>`, 'Subject: Re: Boots'] });

  expect(answer.conversationId).toBe(chat.conversationId);
});

test('somebody else who answers our mail opens a conversation of their own', async () => {
  const ann = anAddress();
  const chat = await aChatOf(ann);
  const ours = await sendMessage(agent, chat.conversationId, 'We have.');

  const stranger = await mailed(anAddress(), { headers: [`References: <${ours}@shop.example>`] });

  expect(stranger.conversationId).not.toBe(chat.conversationId);
});

test('a reference in the subject counts as one in the text, for the person whose conversation it is', async () => {
  const ann = anAddress();
  const chat = await aChatOf(ann);
  const subject = `Subject: Your question ${await referenceOf(chat.conversationId)}`;

  const answer = await mailed(ann, { headers: ['Message-ID: <new@example.com>', subject] });
  const stranger = await mailed(anAddress(), { headers: [subject] });

  expect(answer.conversationId).toBe(chat.conversationId);
  expect(stranger.conversationId).not.toBe(chat.conversationId);
});

test('a mail that names nothing is a new issue, its thread is one conversation, also after it was resolved', async () => {
  const ann = anAddress();
  const chat = await aChatOf(ann);

  const first = await mailed(ann, { headers: ['Message-ID: <a@example.com>', 'Subject: Returns'] });
  const second = await mailed(ann, { headers: ['Message-ID: <b@example.com>', 'References: <a@example.com>'] });
  await resolveConversation(agent, first.conversationId);
  const third = await mailed(ann, { headers: ['Message-ID: <c@example.com>', 'In-Reply-To: <b@example.com>'] });

  expect(first.conversationId).not.toBe(chat.conversationId);
  expect([second.conversationId, third.conversationId]).toEqual([first.conversationId, first.conversationId]);
});

test('an answer to a mail that began with a reference stays with it, though its thread is another', async () => {
  const ann = anAddress();
  const chat = await aChatOf(ann);
  const subject = `Subject: ${await referenceOf(chat.conversationId)}`;

  await mailed(ann, { headers: ['Message-ID: <first@ann.example>', subject] });
  const second = await mailed(ann, {
    headers: ['Message-ID: <second@ann.example>', 'References: <first@ann.example>'],
  });

  expect(second.conversationId).toBe(chat.conversationId);
});

test('the same mail again changes nothing, with a Message-ID or without', async () => {
  for (const headers of [['Message-ID: <once@example.com>'], ['Subject: Without an id']]) {
    const ann = anAddress();
    const first = await mailed(ann, { headers });
    const before = await rowCounts(sql);

    const again = await mailed(ann, { headers });

    expect(again).toEqual({ ...first, isRedelivery: true });
    expect(await rowCounts(sql)).toEqual(before);
  }
});

test('the text is the reply; all of the mail stays readable', async () => {
  const text =
    'Yes, please.\r\n\r\nOn Fri, 20 Nov 2026 at 10:00, Shop <hello@shop.example> wrote:\r\n> Shall I hold a pair?';
  const { messageId } = await mailed(anAddress(), { text });

  const [stored] = await sql`select text from messages where id = ${messageId}`;
  expect(stored).toEqual({ text: 'Yes, please.' });
  expect(await fullTextsOfMessages(agent, [messageId])).toEqual([text.replaceAll('\r\n', '\n')]);
});
