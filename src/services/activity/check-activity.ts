import { checkCurrency, checkMoment, checkWhole } from '../../values/check-input.ts';
import { checkOptionalText, checkText } from '../../values/check-text.ts';
import { Refusal } from '../../values/refusal.ts';
import type { ActivityKind, Channel } from '../../values/vocabulary.ts';
import type { ActivityDetails, BasketLine, Basketful, ToldActivity } from './activity.ts';

/** A source's clock may run ahead of ours by this much; a basket from further ahead would hide every later one. */
const AHEAD_MS = 5 * 60_000;
const MOST_LINES = 100;
const MOST_UNITS = 1_000_000;
const MOST_MONEY = 1_000_000_000_000;
const LONGEST_URL = 2_000;
const LONGEST_STAY_SECONDS = 7 * 24 * 3_600;

/** What an activity is, in the form in which it is kept. Names of other things are not looked up yet. */
export interface CheckedActivity {
  readonly kind: ActivityKind;
  readonly channel: Channel | null;
  readonly sku: string | null;
  /** Id or external id. */
  readonly location: string | null;
  readonly occurredAt: Date;
  readonly externalId: string | null;
  readonly details: ActivityDetails[ActivityKind];
}

type Kept = Pick<CheckedActivity, 'kind' | 'details'> & Partial<Pick<CheckedActivity, 'channel' | 'sku' | 'location'>>;

/** Checks one activity and says what is kept of it. Throws INVALID_INPUT with the path inside the activity. */
export function checkActivity(told: ToldActivity, now: Date): CheckedActivity {
  const kept = readKind(told);
  const occurredAt = told.occurredAt ?? now;
  checkMoment(occurredAt, ['occurredAt']);
  if (occurredAt.getTime() > now.getTime() + AHEAD_MS)
    throw new Refusal('INVALID_INPUT', '`occurredAt` is in the future. Correct the clock of the source.', [
      'occurredAt',
    ]);
  return {
    sku: null,
    location: null,
    ...kept,
    channel: told.channel ?? kept.channel ?? null,
    occurredAt,
    externalId: checkOptionalText(told.externalId, ['externalId'], 200),
  };
}

const KINDS: { readonly [Field in keyof ToldActivity]?: (told: never) => Kept } = {
  visit: ({ url, title, referrer, durationSeconds }: Told<'visit'>) => ({
    kind: 'visit',
    details: {
      url: checkUrl(url, ['visit', 'url']),
      title: checkOptionalText(title, ['visit', 'title'], 500),
      referrer: referrer ? checkUrl(referrer, ['visit', 'referrer']) : null,
      durationSeconds: checkStay(durationSeconds, ['visit', 'durationSeconds']),
    },
  }),
  search: ({ query, hitCount }: Told<'search'>) => ({
    kind: 'search',
    channel: 'site_search',
    details: {
      query: checkText(query, ['search', 'query'], 500),
      hitCount: checkOptionalWhole(hitCount, ['search', 'hitCount'], 1_000_000_000),
    },
  }),
  productView: ({ sku, url }: Told<'productView'>) => ({
    kind: 'product_view',
    sku: checkText(sku, ['productView', 'sku'], 200),
    details: { url: url ? checkUrl(url, ['productView', 'url']) : null },
  }),
  basketChange: ({ lines }: Told<'basketChange'>) => ({
    kind: 'basket_change',
    details: checkLines(lines, ['basketChange', 'lines']),
  }),
  storeVisit: ({ location, durationSeconds }: Told<'storeVisit'>) => ({
    kind: 'store_visit',
    channel: 'store',
    location: checkText(location, ['storeVisit', 'location'], 200),
    details: { durationSeconds: checkStay(durationSeconds, ['storeVisit', 'durationSeconds']) },
  }),
  tillPurchase: ({ location, lines, total, receipt }: Told<'tillPurchase'>) => {
    const bought = checkLines(lines, ['tillPurchase', 'lines']);
    checkWhole(total.amountMinor, ['tillPurchase', 'total', 'amountMinor'], 0, MOST_MONEY);
    checkCurrency(total.currency, ['tillPurchase', 'total', 'currency']);
    if (bought.currency && bought.currency !== total.currency)
      throw new Refusal('INVALID_INPUT', 'The total is in another currency than the lines.', ['tillPurchase', 'total']);
    return {
      kind: 'till_purchase',
      channel: 'store',
      location: checkText(location, ['tillPurchase', 'location'], 200),
      details: {
        lines: bought.lines,
        currency: total.currency,
        totalMinor: total.amountMinor,
        receipt: checkOptionalText(receipt, ['tillPurchase', 'receipt'], 200),
      },
    };
  },
  review: ({ rating, sku, title, text, isPublic }: Told<'review'>) => {
    checkWhole(rating, ['review', 'rating'], 1, 5);
    return {
      kind: 'review',
      channel: 'review',
      sku: checkOptionalText(sku, ['review', 'sku'], 200),
      details: {
        rating,
        title: checkOptionalText(title, ['review', 'title'], 500),
        text: checkOptionalText(text, ['review', 'text'], 20_000),
        isPublic: isPublic ?? true,
      },
    };
  },
  surveyAnswer: ({ survey, question, score, answer, conversationId }: Told<'surveyAnswer'>) => {
    if (score == null && !answer?.trim())
      throw new Refusal('INVALID_INPUT', 'An answer has a `score`, an `answer` or both.', ['surveyAnswer', 'answer']);
    return {
      kind: 'survey_answer',
      details: {
        survey: checkText(survey, ['surveyAnswer', 'survey'], 200),
        question: checkText(question, ['surveyAnswer', 'question'], 1_000),
        score: checkOptionalWhole(score, ['surveyAnswer', 'score'], 1_000),
        answer: checkOptionalText(answer, ['surveyAnswer', 'answer'], 20_000),
        conversationId: (conversationId ?? null) as ActivityDetails['survey_answer']['conversationId'],
      },
    };
  },
};
type Told<Field extends keyof ToldActivity> = NonNullable<ToldActivity[Field]>;

/** Names of the fields of which one says what it was. */
const KIND_FIELDS = Object.keys(KINDS) as (keyof ToldActivity)[];

function readKind(told: ToldActivity): Kept {
  const given = KIND_FIELDS.filter((field) => told[field] != null);
  const [field] = given;
  if (!field || given.length > 1)
    throw new Refusal(
      'INVALID_INPUT',
      `Say what it was with exactly one of: ${KIND_FIELDS.join(', ')}.`,
      field && [field],
    );
  return KINDS[field]!(told[field] as never);
}

/** Without query and fragment: they hold what nobody meant to keep (sessions, addresses, links to reset a password). */
function checkUrl(url: string, field: readonly string[]): string {
  return checkText(checkText(url, field, LONGEST_URL).split(/[?#]/, 1)[0]!, field, LONGEST_URL);
}

const checkStay = (seconds: number | null | undefined, field: readonly string[]) =>
  checkOptionalWhole(seconds, field, LONGEST_STAY_SECONDS);

function checkOptionalWhole(value: number | null | undefined, field: readonly string[], most: number): number | null {
  if (value == null) return null;
  checkWhole(value, field, 0, most);
  return value;
}

function checkLines(told: Told<'basketChange'>['lines'], field: readonly string[]): Basketful {
  if (told.length > MOST_LINES) throw new Refusal('INVALID_INPUT', `A basket has ${MOST_LINES} lines at most.`, field);
  let currency: string | null = null;
  const lines = told.map(({ sku, quantity, unitPrice }, i): BasketLine => {
    const here = [...field, String(i)];
    checkText(sku, [...here, 'sku'], 200);
    checkWhole(quantity, [...here, 'quantity'], 1, MOST_UNITS);
    if (!unitPrice) return { sku, quantity, unitPriceMinor: null };
    checkWhole(unitPrice.amountMinor, [...here, 'unitPrice', 'amountMinor'], 0, MOST_MONEY);
    checkCurrency(unitPrice.currency, [...here, 'unitPrice', 'currency']);
    if (currency && currency !== unitPrice.currency)
      throw new Refusal('INVALID_INPUT', 'All prices of a basket are in one currency.', [...here, 'unitPrice']);
    currency = unitPrice.currency;
    return { sku, quantity, unitPriceMinor: unitPrice.amountMinor };
  });
  return { lines, currency };
}
