import type { Dice } from '../../support/dice.ts';
import { HOSTILE_MAILS } from '../../support/hostile-mails.ts';

/** A message, a report, or some of them, as a system hands them in in good faith. */
export function aHookBody(chance: Dice, id: string): Buffer {
  const message = () => ({
    ...{ type: 'message', externalId: `${id}-${chance.roll(1_000)}`, text: 'Where is my parcel?' },
    occurredAt: new Date(Date.now() - chance.roll(60_000)).toISOString(),
    sender: { kind: chance.pick(['phone', 'email', 'external_id']), value: senderOf(chance), displayName: 'Ann' },
    ...(chance.roll(4) === 0 ? { attachments: [{ url: 'https://127.0.0.1/a.png', filename: 'a.png' }] } : {}),
    ...(chance.roll(4) === 0 ? { subject: 'Order 1001', language: 'fi', threadId: 'thread' } : {}),
  });
  const report = () => ({
    ...{ type: 'delivery', state: chance.pick(['sent', 'delivered', 'read', 'failed']) },
    ...{ externalId: `${id}-${chance.roll(1_000)}`, occurredAt: new Date().toISOString() },
  });
  const one = () => (chance.roll(5) === 0 ? report() : message());
  const body = chance.roll(4) === 0 ? { messages: Array.from({ length: 1 + chance.roll(5) }, one) } : one();
  return Buffer.from(JSON.stringify(body));
}

const senderOf = (chance: Dice) => chance.pick(['+358401234567', 'ann@example.com', 'visitor-1', '']);

const MAIL_HEAD =
  'From: Ann <ann@example.com>\r\nTo: care@shop.example\r\nSubject: Order 1001\r\nMIME-Version: 1.0\r\n';
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkAAIAAAoAAv/lxKUAAAAASUVORK5CYII=';

/** A raw mail; one of six is made to be dear to read. */
export function aMail(chance: Dice, id: string): Buffer {
  if (chance.roll(6) === 0) return Buffer.from(chance.pick(Object.values(HOSTILE_MAILS)), 'latin1');
  const head = `${MAIL_HEAD}Message-ID: <${id}@example.com>\r\nDate: ${new Date().toUTCString()}\r\n`;
  const part = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
  const parts = [
    part('Content-Type: text/plain; charset=utf-8', 'Where is my parcel?'),
    part('Content-Type: text/html; charset=utf-8', '<p>Where is <b>my</b> parcel?</p>'),
    part(
      'Content-Type: image/png; name="a.png"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64',
      PICTURE,
    ),
    part(
      'Content-Type: message/rfc822',
      `${MAIL_HEAD}Content-Type: text/plain; charset=iso-8859-1\r\n\r\nBefore that: \xe4\xf6.`,
    ),
  ].filter(() => chance.roll(3) > 0);
  const mail =
    chance.roll(3) === 0
      ? `${head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nWhere is m=C3=BCy parcel?`
      : `${head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n${parts.join('')}--b--\r\n`;
  return Buffer.from(mail, 'latin1');
}

export const aPicture = (id: string): Buffer => Buffer.concat([Buffer.from(PICTURE, 'base64'), Buffer.from(id)]);
