import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { changeProfile } from './change-profile.ts';
import { checkChannel, checkLanguage, checkTimeZone } from './check-profile.ts';
import type { Preferences, Profile, QuietHours } from './customer.ts';
import { lockCustomer } from './lock-customer.ts';

/** What a person prefers. Only what is named changes; null empties. */
export interface PreferencesChange {
  readonly preferredChannel?: Channel | null;
  readonly language?: string | null;
  readonly quietHours?: QuietHours | null;
  readonly doNotContact?: boolean | null;
}

/** Remembers what a person prefers, who said so and when; earlier ones stay in the versions. A customer may say it of themselves. */
export async function setPreferences(scope: Scope, customerId: string, change: PreferencesChange): Promise<CustomerId> {
  requireRight(scope.viewer, 'customers:write');
  checkChannel(change.preferredChannel, ['preferredChannel']);
  checkLanguage(change.language, ['language']);
  if (change.quietHours) checkQuietHours(change.quietHours);
  return atomically(scope, async (tx) => {
    const current = await lockCustomer(tx, customerId);
    const profile = changesTo(current, change, {
      statedAt: tx.now.toISOString(),
      statedBy: tx.viewer.principal,
      statedByRole: tx.viewer.role,
    });
    if (profile) await changeProfile(tx, current, profile, tx.now);
    return current.id;
  });
}

/** Null: it is so already, and who said it first stays named. */
function changesTo(
  current: Profile,
  change: PreferencesChange,
  stated: Pick<Preferences, 'statedAt' | 'statedBy' | 'statedByRole'>,
): Partial<Profile> | null {
  const before = { quietHours: null, doNotContact: false, ...current.preferences };
  const { preferredChannel = current.preferredChannel, language = current.language } = change;
  const quietHours = change.quietHours === undefined ? before.quietHours : pick(change.quietHours);
  const doNotContact = change.doNotContact === undefined ? before.doNotContact : change.doNotContact === true;
  const isSame =
    preferredChannel === current.preferredChannel &&
    language === current.language &&
    doNotContact === before.doNotContact &&
    JSON.stringify(quietHours) === JSON.stringify(pick(before.quietHours));
  return isSame ? null : { preferredChannel, language, preferences: { quietHours, doNotContact, ...stated } };
}

/** In one order of keys, whatever the caller's: jsonb has an order of its own. */
const pick = (hours: QuietHours | null): QuietHours | null =>
  hours && { timeZone: hours.timeZone, from: hours.from, to: hours.to };

function checkQuietHours({ timeZone, from, to }: QuietHours): void {
  const field = ['quietHours'];
  checkTimeZone(timeZone, [...field, 'timeZone']);
  for (const [name, clock] of Object.entries({ from, to }))
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(clock))
      throw new Refusal('INVALID_INPUT', `\`${name}\` is a time of the day, 00:00 to 23:59.`, [...field, name]);
  if (from === to)
    throw new Refusal('INVALID_INPUT', 'Quiet hours that never end are `doNotContact`.', [...field, 'to']);
}
