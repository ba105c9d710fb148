import { expect, test } from 'vitest';

import { contactWordIn, purposesEndedOn } from '../../src/values/contact-words.ts';

const on = (channel: string, text: string, subject: string | null = null) => contactWordIn(channel, { text, subject });

test.each([
  ...[
    'STOP',
    'stop',
    ' Stop. ',
    '“STOP”',
    'stop!!!',
    'ＳＴＯＰ',
    'STOP 🛑',
    'Stop\n',
    'stop  all',
    'Opt-Out',
    'UNSUBSCRIBE',
  ],
  ...[
    'Lopeta',
    'stopp',
    'Désabonner',
    'desabonner',
    'Abmelden',
    'СТОП',
    'отписаться',
    'darse de baja',
    'Keine Werbung!',
  ],
])('%s is STOP on every channel', (text) => {
  for (const channel of ['sms', 'whatsapp', 'email', 'live_chat', 'facebook', 'a_new_one'])
    expect(on(channel, text)).toBe('stop');
});

test.each([
  'please stop sending the wrong size',
  'stop by at the store?',
  'non-stop',
  'stopwatch',
  '',
  '?',
  'x'.repeat(90),
])('“%s” is talk', (text) => {
  for (const channel of ['sms', 'email', 'live_chat']) expect(on(channel, text)).toBeNull();
});

test('words that mean something else where people talk are STOP where the carrier reads them so', () => {
  for (const text of ['CANCEL', 'end', 'Quit', 'Peru'])
    expect([on('sms', text), on('live_chat', text), on('email', text)]).toEqual(['stop', null, null]);
});

test('of a mail the subject or the first line counts, and not what a device writes below it', () => {
  expect(on('email', 'Sent from my phone', 'unsubscribe')).toBe('stop');
  expect(on('email', 'Stop\n\nSent from my phone')).toBe('stop');
  expect(on('email', `Stop\n${'and about my order: '.repeat(20)}`)).toBeNull();
  expect(on('email', 'Which shoes?', 'Yes')).toBeNull();
  expect(on('sms', 'Stop\nSent from my phone')).toBeNull();
});

test('START and YES are told apart', () => {
  expect(['START', 'unstop', 'Aloita', 'yes', 'Kyllä', 'ja'].map((text) => on('sms', text))).toEqual([
    ...['start', 'start', 'start', 'yes', 'yes', 'yes'],
  ]);
});

test('a carrier takes nothing more to who said STOP; elsewhere whoever asks is answered', () => {
  expect(purposesEndedOn('sms')).toContain('service');
  expect(purposesEndedOn('email')).toEqual(['order_updates', 'marketing']);
});
