import type { Purpose } from './consents.ts';
import type { Channel } from './vocabulary.ts';

/**
 * What a law asks before a person is advertised to: `opt_in` that they agreed, `confirmed` that they did so over the address itself, `opt_out` that they
 * did not object.
 */
export type AdvertisingRule = 'opt_in' | 'confirmed' | 'opt_out';

interface Rules {
  readonly default: AdvertisingRule;
  readonly channels?: Readonly<Record<Channel, AdvertisingRule>>;
}

/** The member states of the EU and the EEA. */
export const EU_COUNTRIES: readonly string[] =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO'.split(' ');
const DOUBLE_OPT_IN: Rules = { default: 'opt_in', channels: { email: 'confirmed' } };

/** By country of ISO 3166-1; what does not stand here, and whoever lives nobody knows where, has to agree. */
const RULES: Readonly<Record<string, Rules>> = {
  // UWG § 7 and TKG § 174: courts take nothing but the confirmed address for proof.
  DE: DOUBLE_OPT_IN,
  AT: DOUBLE_OPT_IN,
  // CAN-SPAM for mail; TCPA for texts and calls.
  US: { default: 'opt_in', channels: { email: 'opt_out' } },
};
const OPT_IN: Rules = { default: 'opt_in' };

/** What has to be there before somebody of this country is advertised to over a channel. Null: nobody knows the country. */
export function advertisingRule(country: string | null, channel: Channel): AdvertisingRule {
  const { default: otherwise, channels = {} } =
    country !== null && Object.hasOwn(RULES, country) ? RULES[country]! : OPT_IN;
  return Object.hasOwn(channels, channel) ? channels[channel]! : otherwise;
}

/** Whether an agreement under one law is one in a country. */
export const appliesIn = (jurisdiction: string | null, country: string | null): boolean =>
  jurisdiction === null ||
  country === null ||
  jurisdiction.split('-')[0] === country ||
  (jurisdiction === 'EU' && EU_COUNTRIES.includes(country));

/** What has to be there before data is shown that is used for a purpose: `opt_in` an agreement, `opt_out` no objection. */
export const CONSENT_MODELS = ['opt_in', 'opt_out'] as const;
export type ConsentModel = (typeof CONSENT_MODELS)[number];

/** Which of the two holds for a purpose, and where. */
export interface ConsentRule {
  readonly purpose: Purpose;
  /** A country of ISO 3166-1, or `EU`. Null: wherever no other rule says it. */
  readonly jurisdiction: string | null;
  readonly model: ConsentModel;
}
