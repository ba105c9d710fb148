import { createHmac } from 'node:crypto';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { aPicture, aProgram, download, filesBelow, withDataDir } from '../support/attachments.ts';
import { post } from '../support/graphql.ts';
import { anId, anInboxWithHook, postHook } from '../support/hooks.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const dataDir = withDataDir();
const app = await withApp(database, {
  ...{ DATA_DIR: dataDir, MAX_ATTACHMENT_BYTES: '100000', MAX_HOOK_BODY_BYTES: '50000', MAX_MAIL_BYTES: '2000000' },
});
const inbox = await anInboxWithHook(database, { channel: 'email', externalId: 'support' });
const agent = await aKey(database, 'agent');
const files = () => filesBelow(join(dataDir, 'attachments'));

function postMail(mail: string, id = anId()) {
  const at = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(inbox.secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${mail}`).digest('base64');
  const headers = { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` };
  return postHook(`${app.url}${inbox.path}`, { 'content-type': 'message/rfc822', ...headers }, mail);
}

const aPart = (type: string, filename: string, bytes: Buffer | string) =>
  [
    `--q\r\nContent-Type: ${type}\r\nContent-Disposition: attachment; filename="${filename}"`,
    `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`,
  ].join('\r\n');

const aMail = (id: string, text: string, ...parts: string[]) =>
  [
    `From: Ann <ann@example.com>\r\nMessage-ID: <${id}@example.com>\r\nSubject: Lamp\r\nMIME-Version: 1.0`,
    `Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\n${text}\r\n`,
    ...parts,
    '--q--\r\n',
  ].join('\r\n');

const READ = `query ($id: ID!) { node(id: $id) { ... on Message { text attachments { id filename contentType sizeBytes state url } } } }`;
interface Read {
  text: string;
  attachments: {
    id: string;
    filename: string;
    contentType: string;
    sizeBytes: number;
    state: string;
    url: string | null;
  }[];
}
const read = async (id: unknown) =>
  (await post(app.url, agent.secret, READ, { id })).body.data!['node'] as unknown as Read;

test('what hangs on a mail is stored with its message, in its order; what is not taken says so', async () => {
  const mail = aMail(
    'm1',
    'It looks like this.',
    aPart('image/png', 'lamp.png', aPicture('mail')),
    aPart('application/pdf', '../receipt.pdf', aProgram()),
    aPart('text/calendar', 'visit.ics', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'),
    aPart('image/jpeg', 'huge.jpg', Buffer.concat([aPicture(), Buffer.alloc(100_000)])),
    aPart('text/html', 'page.html', '<html><script>alert(1)</script></html>'),
  );
  const { status, body } = await postMail(mail);
  expect([status, body['type']]).toEqual([200, 'message']);
  const message = await read(body['messageId']);
  expect(message.text).toBe('It looks like this.');
  expect(message.attachments.map(({ filename, contentType, state }) => [filename, contentType, state])).toEqual([
    ['lamp.png', 'image/png', 'UNCHECKED'],
    ['receipt.pdf', 'application/x-msdownload', 'REFUSED'],
    ['visit.ics.txt', 'text/plain', 'UNCHECKED'],
    ['huge.jpg', 'image/jpeg', 'REFUSED'],
    ['page.html', 'text/html', 'REFUSED'],
  ]);
  const [picture, program] = message.attachments;
  const answer = await download(app.url, agent.secret, picture!.id);
  expect(Buffer.from(await answer.arrayBuffer()).equals(aPicture('mail'))).toBe(true);
  expect(program!.url).toBeNull();
  expect((await download(app.url, agent.secret, program!.id)).status).toBe(410);
});

test('a mail that comes again stores nothing again, and a refused one nothing at all', async () => {
  const id = anId();
  const mail = aMail('m2', 'Once.', aPart('image/png', 'a.png', aPicture('again')));
  const first = await postMail(mail, id);
  const before = { rows: await sql`select * from attachments order by id`, files: files() };
  expect((await postMail(mail, id)).body).toEqual(first.body);
  expect((await postMail(mail)).body).toEqual(first.body);
  const nobodys = aMail('m3', 'Text.', aPart('image/png', 'b.png', aPicture('never kept'))).replace(
    /^From: .*$/m,
    'From: ',
  );
  expect((await postMail(nobodys)).status).toBe(422);
  expect({ rows: await sql`select * from attachments order by id`, files: files() }).toEqual(before);
  expect(files().filter((name) => name.startsWith('incoming'))).toEqual([]);
});

test('E14: a mail of many parts is bounded, and one of the greatest size is not refused for the size of other hooks', async () => {
  const parts = Array.from({ length: 150 }, (_, i) => aPart('text/plain', `note-${i}.txt`, `Note ${i}`));
  const many = await postMail(aMail('m3', 'Many.', ...parts));
  expect(many.status).toBe(200);
  const names = (await read(many.body['messageId'])).attachments.map(({ filename }) => filename);
  expect(names).toEqual(Array.from({ length: 100 }, (_, i) => `note-${i}.txt`));

  const large = await postMail(
    aMail(
      'm4',
      'Large.',
      ...['1', '2'].map((n) => aPart('image/png', 'l.png', Buffer.concat([aPicture(n), Buffer.alloc(90_000)]))),
    ),
  );
  expect((await read(large.body['messageId'])).attachments.map(({ state }) => state)).toEqual([
    'UNCHECKED',
    'UNCHECKED',
  ]);
});
