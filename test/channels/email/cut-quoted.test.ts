import { expect, test } from 'vitest';

import { cutQuoted } from '../../../src/channels/email/cut-quoted.ts';

const textOf = (mail: string) => cutQuoted(mail).text;

test.each([
  ['en', 'On Fri, 20 Nov 2026 at 10:12, Shop <hello@shop.example> wrote:'],
  ['de', 'Am Fr., 20. Nov. 2026 um 10:12 Uhr schrieb Shop <hello@shop.example>:'],
  ['fr', 'Le ven. 20 nov. 2026 à 10:12, Shop <hello@shop.example> a écrit :'],
  ['es', 'El vie, 20 nov 2026 a las 10:12, Shop (<hello@shop.example>) escribió:'],
  ['pt', 'Em sex., 20 de nov. de 2026 às 10:12, Shop <hello@shop.example> escreveu:'],
  ['it', 'Il giorno ven 20 nov 2026 alle ore 10:12 Shop <hello@shop.example> ha scritto:'],
  ['nl', 'Op vr 20 nov 2026 om 10:12 schreef Shop <hello@shop.example>:'],
  ['sv', 'Den fre 20 nov. 2026 kl 10:12 skrev Shop <hello@shop.example>:'],
  ['no', 'fre. 20. nov. 2026 kl. 10:12 skrev Shop <hello@shop.example>:'],
  ['fi', 'pe 20. marrask. 2026 klo 10.12 Shop (hello@shop.example) kirjoitti:'],
  ['et', 'Kontakt Shop (<hello@shop.example>) kirjutas kuupäeval R, 20. november 2026 kell 10:12:'],
  ['pl', 'pt., 20 lis 2026 o 10:12 Shop <hello@shop.example> napisał(a):'],
  ['cs', 'pá 20. 11. 2026 v 10:12 odesílatel Shop <hello@shop.example> napsal:'],
  ['hu', 'Shop <hello@shop.example> ezt írta (időpont: 2026. nov. 20., P, 10:12):'],
  ['ro', 'vin., 20 nov. 2026 la 10:12, Shop <hello@shop.example> a scris:'],
  ['ru', 'пт, 20 нояб. 2026 г. в 10:12, Shop <hello@shop.example>:'],
  ['uk', 'пт, 20 лист. 2026 р. о 10:12 Shop <hello@shop.example> пише:'],
  ['el', 'Στις Παρ 20 Νοε 2026 στις 10:12 μ.μ., ο χρήστης Shop <hello@shop.example> έγραψε:'],
  ['tr', 'Shop <hello@shop.example>, 20 Kas 2026 Cum, 10:12 tarihinde şunu yazdı:'],
  ['zh', '在 2026年11月20日，10:12，Shop <hello@shop.example> 写道：'],
  ['ja', '2026年11月20日(金) 10:12 Shop <hello@shop.example>:'],
  ['ko', '2026년 11월 20일 (금) 오전 10:12, Shop <hello@shop.example>님이 작성:'],
  ['vi', 'Vào Th 6, 20 thg 11, 2026 vào lúc 10:12 Shop <hello@shop.example> đã viết:'],
])('%s: "… wrote:" and what it quotes are cut, on one line or wrapped', (_language, attribution) => {
  const wrapped = attribution.startsWith('Shop') ? attribution : attribution.replace(' <', '\n<');

  expect(textOf(`Yes, 42 please.\n\n${attribution}\n\n> Which size?\n`)).toBe('Yes, 42 please.');
  expect(textOf(`Yes, 42 please.\n\n${wrapped}\n\n> Which size?\n`)).toBe('Yes, 42 please.');
});

test.each([
  'From: Shop <hello@shop.example>\nSent: Friday, November 20, 2026 10:12\nTo: Ann\nSubject: Your question',
  'Von: Shop <hello@shop.example>\nGesendet: Freitag, 20. November 2026 10:12\nAn: Ann\nBetreff: Ihre Frage',
  'Lähettäjä: Shop <hello@shop.example>\nLähetetty: perjantai 20. marraskuuta 2026 10.12\nVastaanottaja: Ann\nAihe: Kysymyksesi',
  '*De :* Shop <hello@shop.example>\n*Envoyé :* vendredi 20 novembre 2026\n*À :* Ann\n*Objet :* Votre question',
  '-----Original Message-----\nWhich size?',
  '________________________________\nFrom: Shop\nSent: Friday\nTo: Ann\nSubject: Your question',
  '---------- Forwarded message ---------\nFrom: Shop',
])('what stands below a block of headers is cut: %#', (block) => {
  expect(textOf(`Yes, 42 please.\n\n${block}\n\nWhich size?`)).toBe('Yes, 42 please.');
});

test('answers between quoted lines keep them', () => {
  const mail = 'On Fri, 20 Nov 2026, Shop wrote:\n> Which size?\n42\n\n> And the colour?\nRed\n\n> Regards';

  expect(textOf(mail)).toBe('> Which size?\n42\n\n> And the colour?\nRed');
});

test('an answer below the quote is the reply', () => {
  expect(textOf('On Fri, 20 Nov 2026, Shop wrote:\n> Which size?\n> Shop\n\n42, please.\nAnn')).toBe(
    '42, please.\nAnn',
  );
});

test('signatures and what telephones add are no part of the text, and are told apart', () => {
  expect(cutQuoted('Yes.\n\n-- \nAnn\n+358 40 1234567')).toEqual({
    text: 'Yes.',
    signature: '-- \nAnn\n+358 40 1234567',
  });
  expect(cutQuoted('Yes.\n\nSent from my iPhone')).toEqual({ text: 'Yes.', signature: 'Sent from my iPhone' });
  expect(cutQuoted('Kyllä.\n\nLähetetty iPhonesta')).toEqual({ text: 'Kyllä.', signature: 'Lähetetty iPhonesta' });
});

test.each([
  'On Monday I was in your shop at 10:30 and the clerk wrote down my number.',
  'From: Helsinki\nI would like to send it back.',
  'The order was sent from Tampere on Monday.\n\nSent with DHL, they say, but nothing came.',
  'Lähetetty tilaus ei ole tullut.',
  'From my point of view this is your fault.',
  'I ordered:\n---\n2 boots\n---\n1 hat\n\nOnly the hat came. Where are my two boots?',
  'Sizes:\n\n```\n--\n42\n```\n\nThat is all.',
  '> 100 EUR is too much for me.',
])('what people write themselves stays: %#', (text) => {
  expect(textOf(text)).toBe(text);
});
