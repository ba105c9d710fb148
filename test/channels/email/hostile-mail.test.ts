import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readMailHook } from '../../../src/channels/email/read-mail-hook.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { HOSTILE_MAILS, nestedMail } from '../../support/hostile-mails.ts';

const receivedAt = new Date('2026-11-21T12:00:00Z');

/** What a mail is taken for: `message` with a text that can be stored, a reason to ignore it, or `refused`. Throws for anything else. */
async function outcomeOf(bytes: Buffer): Promise<string> {
  try {
    const [item] = await readMailHook({ contentType: 'message/rfc822', bytes, receivedAt });
    if (item?.type !== 'message') return item?.type === 'ignored' ? item.reason : item!.type;
    const { text, fullText, subject, sender } = item.message;
    for (const stored of [text, fullText ?? '', subject ?? '', sender.value, sender.displayName ?? '']) {
      expect(stored.length).toBeLessThanOrEqual(100_000);
      expect(stored.isWellFormed() && !stored.includes('\0')).toBe(true);
    }
    expect(text).not.toBe('');
    return 'message';
  } catch (error) {
    if (error instanceof Refusal && error.code === 'INVALID_INPUT') return 'refused';
    throw error;
  }
}

// The time limit is generous: reading any of these in time that grows faster than its size takes many minutes.
test.each(Object.entries(HOSTILE_MAILS))('E14: %s', async (_name, mail) => {
  expect(await outcomeOf(Buffer.from(mail, 'latin1'))).toMatch(/^(message|refused|bounce)$/);
});

test('E14: 50 nested parts are read, 5,000 refused', async () => {
  expect(await outcomeOf(Buffer.from(nestedMail(50)))).toBe('message');
  expect(await outcomeOf(Buffer.from(nestedMail(5_000)))).toBe('refused');
});

test('any bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
      expect(await outcomeOf(Buffer.from(bytes))).toMatch(/./);
    }),
    { numRuns: 300 },
  );
});

test('any parts with any headers', async () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('', '"', '<', '=?utf-8?B?', ';', '\0', '\ud800'),
  );
  const header = fc
    .tuple(
      fc.constantFrom(
        'From',
        'Subject',
        'Date',
        'Message-ID',
        'References',
        'Reply-To',
        'Auto-Submitted',
        'Return-Path',
        'X-Y',
      ),
      fc.oneof(word, fc.emailAddress()),
    )
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const type = fc.constantFrom(
    'text/plain; charset=utf-8',
    'text/plain; format=flowed',
    'text/html; charset=iso-2022-jp',
    'text/plain; charset=nonsense',
    'message/rfc822',
    'message/delivery-status',
    'application/pdf; name="a.pdf"',
    'multipart/',
    '',
  );
  const encoding = fc.constantFrom('7bit', 'base64', 'quoted-printable', 'x-uuencode', '');
  const { part } = fc.letrec<{ part: string }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 3 },
      fc
        .tuple(fc.array(header, { maxLength: 5 }), type, encoding, word)
        .map(
          ([headers, of, how, body]) =>
            `${headers.join('')}Content-Type: ${of}\r\nContent-Transfer-Encoding: ${how}\r\n\r\n${body}\r\n`,
        ),
      fc
        .tuple(
          fc.constantFrom('mixed', 'alternative', 'related', 'report; report-type=delivery-status'),
          fc.array(tie('part'), { maxLength: 4 }),
          fc.boolean(),
        )
        .map(
          ([kind, parts, isClosed]) =>
            `Content-Type: multipart/${kind}; boundary=b\r\n\r\n${parts.map((one) => `--b\r\n${one}`).join('')}${isClosed ? '--b--\r\n' : ''}`,
        ),
    ),
  }));

  await fc.assert(
    fc.asyncProperty(fc.array(header, { maxLength: 8 }), part, async (headers, body) => {
      expect(await outcomeOf(Buffer.from(headers.join('') + body))).toMatch(/./);
    }),
    { numRuns: 500 },
  );
});
