import { expect, test } from 'vitest';

import { classifyMail } from '../../../src/channels/email/classify-mail.ts';
import { readMail } from '../../../src/channels/email/read-mail.ts';

const classified = async (...lines: string[]) => classifyMail(await readMail(Buffer.from(lines.join('\r\n'))));

test.each([
  ['Subject: Delivery failed', '', 'My parcel was returned to sender, why?'],
  ['Subject: Out of office chair in stock?', '', 'Do you have it?'],
  ['Subject: Re: Undeliverable', 'In-Reply-To: <a@b.example>', '', 'I got this from you.'],
  ['Subject: Hello', 'X-Auto-Response-Suppress: All', '', 'From Outlook.'],
  ['Subject: Hello', 'Auto-Submitted: no', '', 'By hand.'],
  ['Subject: Hello', 'Precedence: list', 'List-Id: <support.groups.example>', '', 'Through a group.'],
])('a person is no machine: %s', async (...mail) => {
  expect((await classified('From: Ann <ann@example.com>', ...mail)).kind).toBe('message');
});

test.each([
  ['auto_reply', 'Subject: Hello', 'Auto-Submitted: auto-replied (vacation)'],
  ['auto_reply', 'Subject: Hello', 'Precedence: auto_reply'],
  ['auto_reply', 'Subject: Poissaoloilmoitus', 'X-Auto-Response-Suppress: All'],
  ['auto_reply', 'Subject: Abwesenheitsnotiz', 'Precedence: bulk'],
  ['auto_reply', 'Subject: Thank you for your message', 'Return-Path: <>'],
  ['bounce', 'Subject: Undeliverable: Your order', 'Return-Path: <>'],
  ['bounce', 'Subject: Hello', 'X-Failed-Recipients: bob@example.com'],
])('%s: %s, %s', async (kind, ...headers) => {
  expect((await classified('From: Ann <ann@example.com>', ...headers, '', 'I am away.')).kind).toBe(kind);
});

test('a bounce says which mail failed, and why', async () => {
  const bounce = await classified(
    'From: Mail Delivery System <MAILER-DAEMON@mx.example>',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    'Final-Recipient: rfc822; bob@example.com',
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 User',
    ' unknown',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    'From: Shop <hello@shop.example>',
    'Message-ID: <msg_1@shop.example>',
    '',
    '--b--',
  );

  expect(bounce).toEqual({
    kind: 'bounce',
    about: {
      actions: ['failed'],
      status: '5.1.1',
      diagnostic: 'smtp; 550 5.1.1 User unknown',
      messageIds: ['msg_1@shop.example'],
    },
  });
});

test('a mail that is only late, or arrived, is no bounce', async () => {
  const report = (action: string) =>
    classified(
      'From: MAILER-DAEMON@mx.example',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      `Action: ${action}`,
      '',
      '--b--',
    );

  expect((await report('delayed')).kind).toBe('delivery_report');
  expect((await report('delivered')).kind).toBe('delivery_report');
  expect((await report('failed')).kind).toBe('bounce');
});
