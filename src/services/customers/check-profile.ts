import { checkOptionalText } from '../../values/check-text.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Profile } from './customer.ts';

/** Longest of each text, in characters. */
const LONGEST = { displayName: 300, givenName: 200, familyName: 200, market: 50 } as const;
const LONGEST_ADDRESS_PART = 300;

/** Refuses a profile that could not be stored, compared or kept: INVALID_INPUT, with the field below `at`. */
export function checkProfile(profile: Partial<Profile>, at: readonly string[]): void {
  for (const [name, longest] of Object.entries(LONGEST))
    checkOptionalText(profile[name as keyof typeof LONGEST], [...at, name], longest);
  checkLanguage(profile.language, [...at, 'language']);
  checkTimeZone(profile.timeZone, [...at, 'timeZone']);
  checkChannel(profile.preferredChannel, [...at, 'preferredChannel']);
  for (const [part, text] of Object.entries(profile.address ?? {}))
    checkOptionalText(text as string | null | undefined, [...at, 'address', part], LONGEST_ADDRESS_PART);
  checkPlace(profile, at);
}

/** BCP 47, for example `fi` or `pt-BR`. */
export function checkLanguage(language: string | null | undefined, field: readonly string[]): void {
  const isLanguage = (text: string) => {
    try {
      return text.length <= 35 && Intl.getCanonicalLocales(text).length === 1;
    } catch {
      return false;
    }
  };
  if (language == null || isLanguage(language)) return;
  throw new Refusal('INVALID_INPUT', '`language` is a language tag of BCP 47, for example fi or pt-BR.', field);
}

/** A name of the IANA time zone database. */
export function checkTimeZone(timeZone: string | null | undefined, field: readonly string[]): void {
  const isZone = (text: string) => {
    try {
      return text.length <= 64 && new Intl.DateTimeFormat('en', { timeZone: text }).format(0) !== '';
    } catch {
      return false;
    }
  };
  if (timeZone == null || isZone(timeZone)) return;
  throw new Refusal('INVALID_INPUT', '`timeZone` is a name of the IANA database, for example Europe/Helsinki.', field);
}

/** The list of channels is open: a name that the server does not speak now may be spoken after the next start. */
export function checkChannel(channel: string | null | undefined, field: readonly string[]): void {
  if (channel == null || /^[a-z][a-z0-9_]{0,39}$/.test(channel)) return;
  throw new Refusal(
    'INVALID_INPUT',
    `\`${field.at(-1)}\` is the name of a channel in small letters, for example live_chat.`,
    field,
  );
}

function checkPlace({ latitude, longitude }: Partial<Profile>, at: readonly string[]): void {
  if ((latitude == null) !== (longitude == null))
    throw new Refusal('INVALID_INPUT', 'A place needs both latitude and longitude.', [...at, 'latitude']);
  const within = (value: number | null | undefined, most: number) =>
    value == null || (Number.isFinite(value) && Math.abs(value) <= most);
  if (!within(latitude, 90) || !within(longitude, 180))
    throw new Refusal('INVALID_INPUT', 'Latitude is from -90 to 90 degrees, longitude from -180 to 180.', [
      ...at,
      'latitude',
    ]);
}
