import { createHmac } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { sendMessage } from '../../src/services/conversations/send-message.ts';
import { anId, anInboxWithHook, postHook } from '../support/hooks.ts';
import { rowCounts } from '../support/journal.ts';
import { sampleSet } from '../support/sample-set.ts';
import { aScope } from '../support/scopes.ts';
import { withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database);
const inbox = await anInboxWithHook(database, { channel: 'email', externalId: 'support' });

/** Posts a raw mail as docs/email.md says; the signature is over its bytes, whatever their charset. */
function postMail(mail: string | Buffer) {
  const bytes = Buffer.from(mail);
  const id = anId();
  const at = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(inbox.secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.`).update(bytes).digest('base64');
  return postHook(
    `${app.url}${inbox.path}`,
    {
      'content-type': 'message/rfc822',
      'webhook-id': id,
      'webhook-timestamp': at,
      'webhook-signature': `v1,${signature}`,
    },
    bytes,
  );
}

const aMail = (id: string, ...rest: string[]) =>
  [`From: Ann Example <ann@example.com>`, `Message-ID: <${id}>`, 'Subject: Boots', ...rest].join('\r\n');

test('a mail opens one conversation, its second delivery none', async () => {
  const mail = aMail('1@example.com', '', 'Do you have 42?', '', 'On 2026-11-20 10:00 shop@example.com wrote:', '> Hi');

  const first = await postMail(mail);
  const after = await rowCounts(sql);
  const second = await postMail(mail);

  expect(first).toMatchObject({ status: 200, body: { type: 'message' } });
  expect(second).toMatchObject({ status: 200, body: first.body });
  expect(await rowCounts(sql)).toEqual(after);
  const [row] = await sql`select text from messages where id = ${String(first.body['messageId'])}`;
  expect(row).toEqual({ text: 'Do you have 42?' });
});

test('a mail under a Message-ID that another one has is a mail of its own, and nobody else’s is kept away by it', async () => {
  const of = (from: string, text: string) =>
    [`From: ${from}@example.com`, 'Message-ID: <twice@example.com>', '', text].join('\r\n');
  const squatter = await postMail(of('squatter', 'Hi'));
  const mails = [of('ann', 'Where is my parcel?'), of('ann', 'It came.'), of('bo', 'Hi')];
  const taken = [];
  for (const mail of mails) taken.push(await postMail(mail));
  const after = await rowCounts(sql);

  expect([squatter, ...taken].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const ids = taken.map(({ body }) => String(body['messageId']));
  const stored = await sql`
    select m.text, e.address from messages m join legs l on l.id = m.leg_id join endpoints e on e.id = l.endpoint_id
    where m.id = any(${ids}) order by m.id`;
  expect([...stored]).toEqual([
    { text: 'Where is my parcel?', address: 'ann@example.com' },
    { text: 'It came.', address: 'ann@example.com' },
    { text: 'Hi', address: 'bo@example.com' },
  ]);

  // A second delivery has other headers of the way, and is the same mail.
  for (const [i, mail] of mails.entries())
    expect((await postMail(`Received: from a by b\r\n${mail}`)).body).toEqual(taken[i]!.body);
  expect(await rowCounts(sql)).toEqual(after);
});

test('mails under one Message-ID that come at once are all kept', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      postMail([`From: many${i}@example.com`, 'Message-ID: <at-once@example.com>', '', 'Hi'].join('\r\n')),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(new Set(answers.map(({ body }) => body['messageId'])).size).toBe(8);
});

test('a bounce of our mail makes it failed; one of somebody else’s is ignored; neither opens anything', async () => {
  const { body } = await postMail(aMail('2@example.com', '', 'And in red?'));
  const ours = await sendMessage(aScope(database.database, 'agent'), String(body['conversationId']), 'Yes.');
  const before = await rowCounts(sql);
  const bounceOf = (id: string) =>
    postMail(
      [
        'From: MAILER-DAEMON@mx.example',
        'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
        '\r\n--b\r\nContent-Type: message/delivery-status\r\n',
        'Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown\r\n',
        `--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <${id}@shop.example>\r\n`,
        '--b--\r\n',
      ].join('\r\n'),
    );

  const answer = await bounceOf(ours);
  const others = [await bounceOf('msg_00000000000000000000000000'), await bounceOf('somebody')];

  expect(answer).toMatchObject({ status: 200, body: { type: 'delivery', messageId: ours } });
  expect(others.map(({ status, body: { type, reason } }) => [status, type, reason])).toEqual([
    [200, 'ignored', 'bounce'],
    [200, 'ignored', 'bounce'],
  ]);
  const [row] = await sql`
    select d.state, d.failure, d.failure_text from deliveries d where d.message_id = ${ours}`;
  expect(row).toEqual({ state: 'failed', failure: 'address_rejected', failureText: 'smtp; 550 5.1.1 unknown' });
  const now = await rowCounts(sql);
  expect([now['conversations'], now['messages']]).toEqual([before['conversations'], before['messages']]);
});

test('an auto-reply is ignored, a mail without a sender refused', async () => {
  const before = await rowCounts(sql);

  const away = await postMail(aMail('3@example.com', 'Auto-Submitted: auto-replied', '', 'I am away.'));
  const nobody = await postMail('Subject: Hello\r\n\r\nWho am I?');
  const broken = await postMail('From: ann\r\n\r\nNo address.');

  expect(away).toMatchObject({ status: 200, body: { type: 'ignored', reason: 'auto_reply' } });
  expect([nobody.status, broken.status]).toEqual([422, 422]);
  expect(await rowCounts(sql)).toEqual(before);
});

const bounces = sampleSet('email_bounces_sisimai');
test.skipIf(!bounces)('email_bounces_sisimai: no bounce opens a conversation', async () => {
  const before = await rowCounts(sql);

  const statuses = new Set<number>();
  for (const file of globSync(join(bounces!, '*.eml'))) statuses.add((await postMail(readFileSync(file))).status);

  expect([...statuses]).toEqual([200]);
  expect(await rowCounts(sql)).toEqual(before);
});

const others = ['flanker', 'mikel', 'nodemailer', 'postal'].map((name) => sampleSet(`email_mime_${name}`));
test.skipIf(others.every((path) => !path))(
  'every mail of the corpora is stored, ignored or clearly refused',
  async () => {
    const statuses = new Map<number, number>();
    for (const path of others.filter((one) => one !== null))
      for (const file of globSync(join(path, '**', '*')).filter((name) => statSync(name).isFile())) {
        let { status } = await postMail(readFileSync(file));
        // A machine that is too busy says so, and a sender comes again.
        while (status === 503) ({ status } = await postMail(readFileSync(file)));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    console.info('corpora over HTTP', Object.fromEntries(statuses));

    expect([...statuses.keys()].filter((status) => ![200, 422].includes(status))).toEqual([]);
  },
);
