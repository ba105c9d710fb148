import type { BusinessHours } from '../../values/business-hours.ts';
import { checkBusinessHours } from '../../values/check-business-hours.ts';
import { checkName, checkOptionalText, checkText } from '../../values/check-text.ts';
import { kindOfId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { InboxRouting } from '../../values/vocabulary.ts';

const MOST_CREDENTIALS = 20;

export interface InboxSettings {
  readonly name: string;
  readonly address: string | null;
  readonly brand: string | null;
  readonly market: string | null;
  readonly businessHours: BusinessHours | null;
  readonly bridgeUrl: string | null;
  /** Absent: on request. */
  readonly routing?: InboxRouting;
}

/** Settings as rows keep them. Throws INVALID_INPUT with the field at fault. */
export function checkInboxSettings(settings: InboxSettings): Required<InboxSettings> {
  const { businessHours } = settings;
  return {
    name: checkName(settings.name, ['input', 'name'], 200),
    address: checkOptionalText(settings.address, ['input', 'address'], 320),
    brand: checkOptionalText(settings.brand, ['input', 'brand'], 100),
    market: checkMarket(settings.market),
    businessHours: businessHours && checkBusinessHours(businessHours, ['input', 'businessHours']),
    bridgeUrl: checkBridgeUrl(settings.bridgeUrl),
    routing: settings.routing ?? 'on_request',
  };
}

/** The name by which systems call an inbox stands in paths, and must not be taken for an id. */
export function checkInboxName(externalId: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._:~-]{0,99}$/.test(externalId) && kindOfId(externalId) === null) return externalId;
  throw new Refusal(
    'INVALID_INPUT',
    'An external id of an inbox has 1 to 100 letters, digits or . _ : ~ -, begins with a letter or digit, and is no id of ours.',
    ['input', 'externalId'],
  );
}

function checkMarket(market: string | null): string | null {
  if (market === null || /^[A-Z]{2}$/.test(market)) return market;
  throw new Refusal('INVALID_INPUT', 'A market is two capital letters of ISO 3166-1, for example FI.', [
    'input',
    'market',
  ]);
}

function checkBridgeUrl(url: string | null): string | null {
  if (url === null) return null;
  const parsed = url.length <= 2_000 && URL.canParse(url) ? new URL(url) : null;
  if (parsed && ['https:', 'http:'].includes(parsed.protocol) && !parsed.username && !parsed.password && !parsed.hash)
    return parsed.href;
  throw new Refusal('INVALID_INPUT', 'A bridge is an address https://… without user, password and fragment.', [
    'input',
    'bridgeUrl',
  ]);
}

/** Credentials as they are sealed. Null: nothing to keep. */
export function checkCredentials(given: readonly { name: string; value: string }[]): string | null {
  const field = ['input', 'credentials'];
  if (given.length > MOST_CREDENTIALS)
    throw new Refusal('INVALID_INPUT', `At most ${MOST_CREDENTIALS} credentials.`, field);
  const values = new Map<string, string>();
  given.forEach(({ name, value }, index) => {
    const at = [...field, String(index)];
    if (!/^[a-z][a-z0-9_]{0,49}$/.test(name) || values.has(name))
      throw new Refusal('INVALID_INPUT', 'A credential has a name of its own: small letters, digits and _.', [
        ...at,
        'name',
      ]);
    values.set(name, checkText(value, [...at, 'value'], 10_000));
  });
  return values.size === 0 ? null : JSON.stringify(Object.fromEntries(values));
}

/** Hours as a column takes them. */
export const hoursRow = (hours: BusinessHours) => ({ ...hours, weekly: hours.weekly.map((each) => ({ ...each })) });
