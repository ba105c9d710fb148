import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeEach, expect, test } from 'vitest';

import { openOutboundHttp } from '../../../src/channels/outbound/outbound-http.ts';
import { openEmailSender, type SmtpSettings } from '../../../src/channels/senders/email-sender.ts';
import type { OutgoingMessage } from '../../../src/services/conversations/outgoing-message.ts';

interface Received {
  from: string;
  to: string[];
  raw: string;
}
let received: Received[] = [];
let rejectsRecipients = 0;
beforeEach(() => {
  received = [];
  rejectsRecipients = 0;
});
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo: (_address, _session, done) =>
    done(rejectsRecipients ? Object.assign(new Error('no such user'), { responseCode: rejectsRecipients }) : null),
  onData(stream, session, done) {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope;
      received.push({
        from: mailFrom ? mailFrom.address : '',
        to: rcptTo.map(({ address }) => address),
        raw: Buffer.concat(parts).toString('utf8'),
      });
      done();
    });
  },
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.server.address() as AddressInfo;
const http = openOutboundHttp({ allow: [], isHttpAllowed: false, deadlineMs: 1_000 });
const SMTP: SmtpSettings = { host: '127.0.0.1', port, isSecure: false, user: null, password: null, isTrusted: true };
const sender = await openEmailSender(http, SMTP);
afterAll(async () => {
  sender.close();
  await http.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const MESSAGE: OutgoingMessage = {
  messageId: 'msg_01arz3ndektsv4rrffq69g5fav',
  conversationId: 'cnv_1',
  attachments: [],
  reference: 'C-ABC234',
  subject: 'Where is my parcel?',
  authorKind: 'agent',
  text: 'Hei! Se on matkalla.\n\n.\nTerveisin\n– Punos 🧵',
  writtenAt: new Date('2026-11-21T10:00:00.000Z'),
  inbox: {
    id: 'inb_1',
    externalId: 'mail',
    channel: 'email',
    name: 'Customer service',
    address: 'care@shop.example',
    brand: 'Kauppa Åland',
  },
  to: 'anna@customer.example',
  isPublic: false,
  earlier: [
    { messageId: 'msg_a', externalId: 'CAx+1@mail.example', isOurs: false },
    { messageId: 'msg_b', externalId: null, isOurs: true },
    { messageId: 'msg_c', externalId: '<second@mail.example>', isOurs: false },
  ],
};
const send = async (but: Partial<OutgoingMessage> = {}) => {
  await sender.send({ ...MESSAGE, ...but });
  const mail = received.at(-1)!;
  return { ...mail, parsed: await PostalMime.parse(mail.raw) };
};

test('the files of a message go with the mail', async () => {
  const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 13, 10]);
  const file = { id: 'att_1' as const, filename: 'lamppu ä.png', contentType: 'image/png', sizeBytes: 8, url: '/x' };
  const { parsed } = await send({ attachments: [{ ...file, open: () => Promise.resolve(Readable.from([bytes])) }] });
  expect(parsed.text).toContain('Se on matkalla.');
  const [attachment] = parsed.attachments;
  expect(attachment).toMatchObject({ filename: 'lamppu ä.png', mimeType: 'image/png', disposition: 'attachment' });
  expect(Buffer.from(attachment!.content as ArrayBuffer).equals(bytes)).toBe(true);
});

test('a mail is plain text in its thread, and says the reference where headers get lost', async () => {
  const { from, to, raw, parsed } = await send();

  expect([from, to]).toEqual(['care@shop.example', ['anna@customer.example']]);
  expect(parsed).toMatchObject({
    messageId: '<msg_01arz3ndektsv4rrffq69g5fav@shop.example>',
    inReplyTo: '<second@mail.example>',
    references: '<CAx+1@mail.example> <msg_b@shop.example> <second@mail.example>',
    subject: 'Re: Where is my parcel? [C-ABC234]',
    from: { name: 'Kauppa Åland', address: 'care@shop.example' },
  });
  expect(parsed.replyTo?.[0]?.address).toBe('care@shop.example');
  expect(parsed.text?.trimEnd()).toBe(MESSAGE.text);
  expect(raw).toMatch(/^Content-Type: text\/plain; charset=utf-8\r$/m);
  expect(raw).not.toMatch(/^(Auto-Submitted|List-|Precedence|X-Mailer)/im);
});

test('an advertisement has a way out that is a mail to us with a word that we obey', async () => {
  const { raw } = await send({ isAdvertising: true });

  expect(raw.replaceAll(/\r\n\s+/g, ' ')).toMatch(
    /^List-Unsubscribe: <mailto:care@shop\.example\?subject=unsubscribe&body=unsubscribe>\r$/m,
  );
});

test('what a machine wrote says so, and a subject is not answered twice', async () => {
  const { raw, parsed } = await send({ authorKind: 'bot', subject: 'RE: re: About C-ABC234', earlier: [] });

  expect(raw).toMatch(/^Auto-Submitted: auto-replied\r$/m);
  expect(parsed.subject).toBe('Re: About C-ABC234');
  expect(raw).not.toMatch(/^(In-Reply-To|References):/im);
});

test('of a long thread the root and the newest mails are named', async () => {
  const earlier = Array.from({ length: 60 }, (_, index) => ({
    messageId: `msg_${index}` as const,
    externalId: `m${index}@mail.example`,
    isOurs: false,
  }));

  const { parsed } = await send({ earlier });

  const named = parsed.references!.split(/\s+/);
  expect([named.length, named[0], named.at(-1)]).toEqual([20, '<m0@mail.example>', '<m59@mail.example>']);
});

const HOSTILE = [
  'x\r\nBcc: victim@evil.example',
  'x\nBcc: victim@evil.example',
  'x\rBcc: victim@evil.example',
  'x\r\n\r\nanother body',
  'x\u2028Bcc: victim@evil.example',
  'x\u0085Bcc: victim@evil.example',
  'x\0Bcc: victim@evil.example',
  '"a" <victim@evil.example>, b',
  '=?utf-8?q?x=0D=0ABcc:_victim@evil.example?=',
  `${'x'.repeat(996)}\r\nBcc: victim@evil.example`,
];
test.each(HOSTILE)(
  'F20: %j as subject, name or earlier id adds no header, no body and no recipient',
  async (hostile) => {
    const { to, raw, parsed } = await send({
      subject: hostile,
      inbox: { ...MESSAGE.inbox, brand: hostile },
      earlier: [{ messageId: 'msg_h', externalId: `${hostile}@mail.example`, isOurs: false }],
    });

    expect(to).toEqual(['anna@customer.example']);
    const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
    expect(head).not.toMatch(/(^|\r|\n)bcc:/i);
    expect(head.match(/^(From|To|Subject|Message-ID):/gim)).toHaveLength(4);
    expect(parsed.from?.address).toBe('care@shop.example');
    expect(parsed.text?.trimEnd()).toBe(MESSAGE.text);
  },
);

test.each([
  ...[
    'a@b.example\r\nRCPT TO:<victim@evil.example>',
    'a@b.example, victim@evil.example',
    '<a@b.example>',
    'a b@c.example',
  ],
  ...['no address', 'a@', '@b.example', 'a@b.example\0', '"a"@b.example', 'a@b.example>', '+358401234567', ''],
])('F20: %j is no address that mail goes to', async (to) => {
  await expect(sender.send({ ...MESSAGE, to })).rejects.toMatchObject({ failure: 'address_rejected', isFinal: true });
  expect(received).toEqual([]);
});

test.each([
  [550, 'address_rejected', true],
  [552, 'too_long', true],
  [451, 'channel_down', false],
  [452, 'rate_limited', false],
])('a server that says %i to the recipient means %s', async (code, failure, isFinal) => {
  rejectsRecipients = code;

  await expect(sender.send(MESSAGE)).rejects.toMatchObject({ failure, isFinal });
});

test('an inbox without an address cannot send mail', async () => {
  const inbox = { ...MESSAGE.inbox, address: null };

  await expect(sender.send({ ...MESSAGE, inbox })).rejects.toMatchObject({ failure: 'not_configured', isFinal: true });
});

test('a mail server that an inbox names is checked like the address of a bridge', async () => {
  const named = { ...SMTP, isTrusted: false };

  await expect(openEmailSender(http, { ...named, port: 587 })).rejects.toMatchObject({ failure: 'channel_down' });
  await expect(openEmailSender(http, { ...named, port: 6379 })).rejects.toMatchObject({ failure: 'not_configured' });
  const opened = openOutboundHttp({ allow: [`127.0.0.1:${port}`], isHttpAllowed: false, deadlineMs: 1_000 });
  const allowed = await openEmailSender(opened, named);
  expect(await allowed.send(MESSAGE)).toEqual({ state: 'sent' });
  allowed.close();
  await opened.close();
});

test('a mail server that is not there is a channel that is down', async () => {
  const gone = await openEmailSender(http, { ...SMTP, port: 1 });

  await expect(gone.send(MESSAGE)).rejects.toMatchObject({ failure: 'channel_down', isFinal: false });
  gone.close();
});
