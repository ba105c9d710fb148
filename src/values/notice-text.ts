import { amountText } from './minor-units.ts';

/** What a customer is told, as it is known at the moment of telling. */
export type NoticeNews =
  | {
      readonly kind: 'delay';
      /** When it should have been there. Null: nobody had said. */
      readonly expectedAt: Date | null;
      /** When it is to be there now. Null: nobody says. */
      readonly estimatedAt: Date | null;
      readonly place: string | null;
    }
  | { readonly kind: 'ready_for_pickup'; readonly place: string | null }
  | {
      readonly kind: 'refund_sent';
      readonly amountMinor: number;
      readonly currency: string;
      /** By when the customer has it, by the policy of its means. */
      readonly expectedBy: Date | null;
    }
  | { readonly kind: 'return_received'; readonly refundBy: Date | null };

/** What the news is about, and for whom it is written. */
export interface NoticeReader {
  readonly orderNumber: string;
  /** The article that is named, and how many others there are. Null: no line is known. */
  readonly purchase: { readonly title: string; readonly others: number } | null;
  /** BCP 47, as the customer stated it. */
  readonly language: string | null;
  /** Days are theirs. Null: not known, UTC. */
  readonly timeZone: string | null;
}

/** The sentences of one language. What is named comes ready to print: an order with its purchase, a day, an amount, a place. */
interface Sentences {
  readonly late: (order: string) => string;
  readonly newEstimate: (day: string) => string;
  readonly oldEstimate: (day: string) => string;
  readonly seenAt: (place: string) => string;
  readonly ready: (order: string, place: string | null) => string;
  readonly refunded: (order: string, amount: string) => string;
  readonly refundBy: (day: string) => string;
  readonly received: (order: string) => string;
  readonly subject: (order: string) => string;
}

const SENTENCES: Readonly<Record<string, Sentences>> = {
  en: {
    late: (order) => `Your order ${order} is late.`,
    newEstimate: (day) => `It is now expected on ${day}.`,
    oldEstimate: (day) => `It was expected on ${day}.`,
    seenAt: (place) => `It was last seen here: ${place}.`,
    ready: (order, place) => `Your order ${order} is ready for pickup${place === null ? '' : `: ${place}`}.`,
    refunded: (order, amount) => `We have refunded ${amount} of your order ${order}.`,
    refundBy: (day) => `You have the money by ${day} at the latest.`,
    received: (order) => `Your return of order ${order} has arrived.`,
    subject: (order) => `Your order ${order}`,
  },
  fi: {
    late: (order) => `Tilauksesi ${order} on myöhässä.`,
    newEstimate: (day) => `Uusi arvioitu toimituspäivä on ${day}.`,
    oldEstimate: (day) => `Arvioitu toimituspäivä oli ${day}.`,
    seenAt: (place) => `Lähetyksen viimeisin sijainti: ${place}.`,
    ready: (order, place) => `Tilauksesi ${order} on noudettavissa${place === null ? '' : `: ${place}`}.`,
    refunded: (order, amount) => `Hyvitimme ${amount} tilauksestasi ${order}.`,
    refundBy: (day) => `Raha on perillä viimeistään ${day}.`,
    received: (order) => `Palautuksesi tilauksesta ${order} on saapunut.`,
    subject: (order) => `Tilauksesi ${order}`,
  },
  et: {
    late: (order) => `Teie tellimus ${order} hilineb.`,
    newEstimate: (day) => `Uus eeldatav kättetoimetamise päev on ${day}.`,
    oldEstimate: (day) => `Eeldatav kättetoimetamise päev oli ${day}.`,
    seenAt: (place) => `Saadetise viimane asukoht: ${place}.`,
    ready: (order, place) => `Teie tellimus ${order} on kättesaamiseks valmis${place === null ? '' : `: ${place}`}.`,
    refunded: (order, amount) => `Maksime Teile tellimuse ${order} eest tagasi ${amount}.`,
    refundBy: (day) => `Raha jõuab Teieni hiljemalt ${day}.`,
    received: (order) => `Teie tagastus tellimusest ${order} on kohale jõudnud.`,
    subject: (order) => `Teie tellimus ${order}`,
  },
};

const LONGEST_TITLE = 60;
const LONGEST_PLACE = 100;
const LONGEST_NUMBER = 60;

/** The message: in the customer's language where we speak it, else in English. */
export function noticeText(news: NoticeNews, reader: NoticeReader): string {
  const { language, say } = sentencesFor(reader.language);
  const order = orderText(reader);
  const day = (at: Date) => dayText(at, language, reader.timeZone);
  const sentences = (...parts: (string | null)[]) => parts.filter((part) => part !== null).join(' ');
  switch (news.kind) {
    case 'delay': {
      const { estimatedAt, expectedAt } = news;
      const when = estimatedAt ? say.newEstimate(day(estimatedAt)) : expectedAt && say.oldEstimate(day(expectedAt));
      return sentences(say.late(order), when, news.place && say.seenAt(oneLine(news.place, LONGEST_PLACE)));
    }
    case 'ready_for_pickup':
      return say.ready(order, news.place && oneLine(news.place, LONGEST_PLACE));
    case 'refund_sent': {
      const amount = amountText(news.amountMinor, news.currency, language);
      return sentences(say.refunded(order, amount), news.expectedBy && say.refundBy(day(news.expectedBy)));
    }
    case 'return_received':
      return sentences(say.received(order), news.refundBy && say.refundBy(day(news.refundBy)));
  }
}

/** What the conversation about it is called. */
export const noticeSubject = ({ orderNumber, language }: NoticeReader): string =>
  sentencesFor(language).say.subject(oneLine(orderNumber, LONGEST_NUMBER));

function sentencesFor(stated: string | null): { language: string; say: Sentences } {
  const primary = (stated ?? '').split('-')[0]!.toLowerCase();
  const language = Object.hasOwn(SENTENCES, primary) ? primary : 'en';
  return { language, say: SENTENCES[language]! };
}

/** `1001 (Wool blanket + 2)`. */
function orderText({ orderNumber, purchase }: NoticeReader): string {
  const number = oneLine(orderNumber, LONGEST_NUMBER);
  if (purchase === null) return number;
  const others = purchase.others > 0 ? ` + ${purchase.others}` : '';
  return `${number} (${oneLine(purchase.title, LONGEST_TITLE)}${others})`;
}

const dayText = (at: Date, language: string, timeZone: string | null): string =>
  new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', timeZone: timeZone ?? 'UTC' }).format(at);

/** Sources write what they like: no line breaks, and not a page of it. */
function oneLine(text: string, longest: number): string {
  const signs = [...text.replaceAll(/\s+/g, ' ').trim()];
  return signs.length <= longest
    ? signs.join('')
    : `${signs
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}
