import { expect, test } from 'vitest';

import { type NoticeNews, noticeSubject, noticeText, type NoticeReader } from '../../src/values/notice-text.ts';

const day = (date: number) => new Date(Date.UTC(2026, 10, date, 22, 30));
const reader = (but: Partial<NoticeReader> = {}): NoticeReader => ({
  ...{ orderNumber: '1001', purchase: { title: 'Wool blanket', others: 2 }, language: 'en', timeZone: null },
  ...but,
});
const delay = { kind: 'delay', expectedAt: day(20), estimatedAt: day(24), place: 'Tampere' } as const;
const NEWS: NoticeNews[] = [
  delay,
  { ...delay, estimatedAt: null, place: null },
  { kind: 'ready_for_pickup', place: 'K-Market Kallio' },
  { kind: 'refund_sent', amountMinor: 1_250, currency: 'EUR', expectedBy: day(27) },
  { kind: 'return_received', refundBy: day(30) },
];

test.each([
  [
    'en',
    [
      'Your order 1001 (Wool blanket + 2) is late. It is now expected on November 24. It was last seen here: Tampere.',
      'Your order 1001 (Wool blanket + 2) is late. It was expected on November 20.',
      'Your order 1001 (Wool blanket + 2) is ready for pickup: K-Market Kallio.',
      'We have refunded €12.50 of your order 1001 (Wool blanket + 2). You have the money by November 27 at the latest.',
      'Your return of order 1001 (Wool blanket + 2) has arrived. You have the money by November 30 at the latest.',
    ],
  ],
  [
    'fi-FI',
    [
      'Tilauksesi 1001 (Wool blanket + 2) on myöhässä. Uusi arvioitu toimituspäivä on 24. marraskuuta. Lähetyksen viimeisin sijainti: Tampere.',
      'Tilauksesi 1001 (Wool blanket + 2) on myöhässä. Arvioitu toimituspäivä oli 20. marraskuuta.',
      'Tilauksesi 1001 (Wool blanket + 2) on noudettavissa: K-Market Kallio.',
      'Hyvitimme 12,50\u00A0€ tilauksestasi 1001 (Wool blanket + 2). Raha on perillä viimeistään 27. marraskuuta.',
      'Palautuksesi tilauksesta 1001 (Wool blanket + 2) on saapunut. Raha on perillä viimeistään 30. marraskuuta.',
    ],
  ],
  [
    'et',
    [
      'Teie tellimus 1001 (Wool blanket + 2) hilineb. Uus eeldatav kättetoimetamise päev on 24. november. Saadetise viimane asukoht: Tampere.',
      'Teie tellimus 1001 (Wool blanket + 2) hilineb. Eeldatav kättetoimetamise päev oli 20. november.',
      'Teie tellimus 1001 (Wool blanket + 2) on kättesaamiseks valmis: K-Market Kallio.',
      'Maksime Teile tellimuse 1001 (Wool blanket + 2) eest tagasi 12,50\u00A0€. Raha jõuab Teieni hiljemalt 27. november.',
      'Teie tagastus tellimusest 1001 (Wool blanket + 2) on kohale jõudnud. Raha jõuab Teieni hiljemalt 30. november.',
    ],
  ],
])('in %s each piece of news names order, purchase, place and day', (language, texts) => {
  expect(NEWS.map((news) => noticeText(news, reader({ language })))).toEqual(texts);
});

test('whose language we do not speak is told in English', () => {
  expect(noticeText(NEWS[2]!, reader({ language: 'sv' }))).toMatch(/^Your order/);
  expect(noticeText(NEWS[2]!, reader({ language: null }))).toMatch(/^Your order/);
});

test('a day is the customer’s', () => {
  expect(noticeText(delay, reader({ timeZone: 'Europe/Helsinki' }))).toContain('on November 25.');
});

test('what nobody has told is left out', () => {
  const bare = reader({ purchase: null });

  expect(noticeText({ ...delay, expectedAt: null, estimatedAt: null, place: null }, bare)).toBe(
    'Your order 1001 is late.',
  );
  expect(noticeText({ kind: 'ready_for_pickup', place: null }, bare)).toBe('Your order 1001 is ready for pickup.');
  expect(noticeText({ kind: 'return_received', refundBy: null }, bare)).toBe('Your return of order 1001 has arrived.');
});

test('what a source writes makes neither lines nor pages', () => {
  const title = `Lamp\r\nBcc: all@example.com\n${'😀'.repeat(500)}`;

  const text = noticeText(
    { kind: 'ready_for_pickup', place: 'x'.repeat(300) },
    reader({ purchase: { title, others: 0 } }),
  );

  expect(text).not.toMatch(/[\r\n]/);
  expect(text.isWellFormed()).toBe(true);
  expect([...text].length).toBeLessThan(250);
  expect(noticeSubject(reader({ orderNumber: '1\n2' }))).toBe('Your order 1 2');
});
